import { isDependency, stepsAhead } from "../../../shared/conflicts/rule-of-order.ts";
import type { Fallen } from "../../../shared/execution/attempt/start.ts";
import { callsElsewhere } from "../../../shared/execution/order/duplicates.ts";
import type { LedgerKey } from "../../../shared/execution/record/ledger-row.ts";
import type { Standing } from "../../../shared/execution/view/call-standing.ts";
import type { Deps } from "../../deps.ts";
import { standingAt } from "../../records/call-standing.ts";
import type { StepContext } from "../step/step-context.ts";

type Asking = Pick<StepContext, "execution" | "schedule" | "index" | "step" | "record" | "rests_elsewhere">;

/**
 * Why a step must not be sent: it depends on one that was dropped as the duplicate of another execution's call, and that
 * call does not surely stand. Read with strong consistency, after INTENT, and after it was said beside that call that
 * this one rests on it: whoever undoes the call from then on finds this one.
 */
export const restsOnNothing = (deps: Pick<Deps, "ledger" | "steps">, context: Asking): Promise<Fallen | undefined> =>
  fallenOf(deps, context, (call) => deps.ledger.rest(call, context.record));

/** The same once it was said: of a call that waited since then, and is about to be handed out or sent again. */
export const restsOnNothingByNow = (
  deps: Pick<Deps, "ledger" | "steps">,
  context: Asking,
): Promise<Fallen | undefined> => fallenOf(deps, context, async () => {});

const fallenOf = async (
  deps: Pick<Deps, "ledger" | "steps">,
  context: Asking,
  say: (call: LedgerKey) => Promise<void>,
): Promise<Fallen | undefined> => {
  if (!context.rests_elsewhere) return undefined;
  const { execution, schedule, index, step } = context;
  const records = new Map((await deps.steps.all(execution.execution_id)).map((record) => [record.step_id, record]));
  const ahead = stepsAhead(index, [step.step_id], isDependency);
  for (const [dropped, call] of callsElsewhere(schedule.conflicts, records)) {
    if (!ahead.has(dropped)) continue;
    await say(call);
    const standing = await standingAt(deps, call);
    if (standing === "stands") continue;
    const { words, may_stand } = BECAME[standing];
    const reason = `${dropped}, which it depends on, was dropped as a duplicate, and the call of execution ${call.execution_id} that was made before it ${words}`;
    return { reason, may_stand };
  }
  return undefined;
};

const BECAME = {
  unknown: { words: "has an unknown outcome", may_stand: true },
  undo_asked: { words: "is undone or not, as a person decides", may_stand: true },
  being_undone: { words: "is being undone", may_stand: true },
  undone: { words: "has been undone since", may_stand: false },
  no_effect: { words: "had no effect", may_stand: false },
} as const satisfies Record<Exclude<Standing, "stands">, { words: string; may_stand: boolean }>;
