import { approvals } from "./approvals.ts";
import { artifacts } from "./artifacts.ts";
import { chains } from "./chains.ts";
import type { Check } from "./check.ts";
import { documents } from "./documents.ts";
import { ledger } from "./ledger.ts";
import { manifests } from "./manifests.ts";
import { operators } from "./operators.ts";
import { order } from "./order.ts";
import { seal } from "./seal.ts";
import { signature } from "./signature.ts";
import { standing } from "./standing.ts";
import { stepHeads } from "./step-heads.ts";
import { together } from "./together.ts";
import { transitions } from "./transitions.ts";

/** In the order of the report. */
export const ALL_CHECKS: readonly Check[] = [
  chains,
  transitions,
  documents,
  manifests,
  seal,
  signature,
  artifacts,
  together,
  stepHeads,
  ledger,
  approvals,
  order,
  standing,
  operators,
];

/** Checks that need files and no record. */
export const FILE_CHECKS: readonly Check[] = [manifests, signature, artifacts, together];
