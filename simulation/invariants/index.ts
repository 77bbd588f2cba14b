import { abortHolds } from "./abort-holds.ts";
import { actsInItsState } from "./acts-in-its-state.ts";
import { actsOnce } from "./acts-once.ts";
import { askedOnce } from "./asked-once.ts";
import { auditIsTheState } from "./audit-is-the-state.ts";
import { closedAndTold } from "./closed-and-told.ts";
import { concludedOnce } from "./concluded-once.ts";
import { decidedOnce } from "./decided-once.ts";
import { epochsGrow } from "./epochs-grow.ts";
import { everythingEnds } from "./everything-ends.ts";
import { fourEyes } from "./four-eyes.ts";
import { holderWrites } from "./holder-writes.ts";
import { inPlanOrder } from "./in-plan-order.ts";
import type { Invariant } from "./invariant.ts";
import { ledgerIsTheWorld } from "./ledger-is-the-world.ts";
import { legalTransitions } from "./legal-transitions.ts";
import { lockHolds } from "./lock-holds.ts";
import { nothingRefusedAhead } from "./nothing-refused-ahead.ts";
import { oneCall } from "./one-call.ts";
import { outcomeOnce } from "./outcome-once.ts";
import { putToTheNext } from "./put-to-the-next.ts";
import { recordVerifies } from "./record-verifies.ts";
import { restsOnWhatStands } from "./rests-on-what-stands.ts";
import { sealedAndApproved } from "./sealed-and-approved.ts";
import { sealedToTheEnd } from "./sealed-to-the-end.ts";
import { slotsWithinLimit } from "./slots-within-limit.ts";
import { stoppedUnfetched } from "./stopped-unfetched.ts";
import { switchHolds } from "./switch-holds.ts";
import { takesWhatWasMade } from "./takes-what-was-made.ts";
import { undoesCommitted } from "./undoes-committed.ts";
import { undoesWhatNobodyRestsOn } from "./undoes-what-nobody-rests-on.ts";
import { undoneBackwards } from "./undone-backwards.ts";

/** Every promise that a schedule is held to. */
export const INVARIANTS: readonly Invariant[] = [
  oneCall,
  sealedAndApproved,
  fourEyes,
  lockHolds,
  slotsWithinLimit,
  epochsGrow,
  holderWrites,
  undoesCommitted,
  undoesWhatNobodyRestsOn,
  undoneBackwards,
  nothingRefusedAhead,
  inPlanOrder,
  restsOnWhatStands,
  actsOnce,
  takesWhatWasMade,
  askedOnce,
  abortHolds,
  switchHolds,
  stoppedUnfetched,
  actsInItsState,
  legalTransitions,
  decidedOnce,
  outcomeOnce,
  auditIsTheState,
  ledgerIsTheWorld,
  sealedToTheEnd,
  concludedOnce,
  closedAndTold,
  putToTheNext,
  recordVerifies,
  everythingEnds,
];
