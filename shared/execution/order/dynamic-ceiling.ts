import { type Dependency, isDependency, type Limit, limitsBy } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { type Ceiling, type CeilingReason, ceilingOf, type ExecutionMode, isBelow } from "../../contracts/ceiling.ts";
import type { StepRecord } from "../record/step-record.ts";
import { type ExecutionView, isTerminal, type ScheduleIndex } from "../view/view.ts";
import { recordOfCall } from "./duplicates.ts";
import { inRankOrder } from "./in-rank-order.ts";
import { becameOf, modeLeft } from "./order.ts";

export type DynamicCeilings = {
  readonly of: (step_id: string) => Ceiling;
  /** The record of that step has moved. */
  readonly moved: (step_id: string) => void;
};

/**
 * The ceilings of steps as things stand: the static part of the schedule, what was learnt since, the deployment's
 * switch, its plan's deadline, and the rule of order (shared/conflicts/rule-of-order.ts).
 */
export const dynamicCeilings = (
  view: Pick<ExecutionView, "schedule" | "live_enabled">,
  index: ScheduleIndex,
  recordOf: (step_id: string) => StepRecord,
  /** Why a step's time is used up, in words; undefined where it is not, or where it no longer matters. */
  overdue: (step: ScheduledStep, record: StepRecord) => string | undefined,
): DynamicCeilings => {
  const limited = inRankOrder<Limited>(view.schedule.steps, index.rank, (step_id, found) => {
    const step = index.step(step_id);
    const record = recordOf(step_id);
    const reasons: CeilingReason[] = [...ceilingOnRecord(step, record).reasons];
    if (!view.live_enabled && !reasons.some((reason) => reason.cause === "live_enabled")) {
      reasons.push({ cause: "live_enabled", mode: "DRY_RUN", message: "LIVE is switched off for this deployment" });
    }
    const late = overdue(step, record);
    if (late !== undefined) reasons.push({ cause: "deadline", mode: "DRY_RUN", message: late });
    const limits = limitsBy(
      index
        .edgesInto(step_id)
        .filter(isDependency)
        .map(({ before }) => dependencyOf(step, index.step(before), index, recordOf, found(before))),
    );
    const reason = limits.own && reasonOf(limits.own);
    // The schedule says so already where the dependency could never have gone higher.
    if (reason !== undefined && !reasons.some((known) => saysAsMuch(known, reason))) reasons.push(reason);
    return { ceiling: ceilingOf(reasons), handedOn: limits.ahead };
  });
  return { of: (step_id) => limited.of(step_id).ceiling, moved: limited.moved };
};

/**
 * The ceiling by the schedule and by what its record says was learnt since: of a step that is over, the one that it
 * ended by, which nothing that came later lowered.
 */
export const ceilingOnRecord = (
  { ceiling }: Pick<ScheduledStep, "ceiling">,
  { ceiling_reasons }: Pick<StepRecord, "ceiling_reasons">,
): Ceiling => ceilingOf([...ceiling.reasons, ...ceiling_reasons]);

/** The ceiling of a step, and the one it hands on to those behind it. */
type Limited = { readonly ceiling: Ceiling; readonly handedOn: Limit<Got> | undefined };

/** A step with what became of it: whether it is over, and so got its mode or can still get it, and whether it was undone. */
type Got = { readonly step: ScheduledStep; readonly ended: boolean; readonly undone: boolean };

const dependencyOf = (
  step: ScheduledStep,
  before: ScheduledStep,
  index: ScheduleIndex,
  recordOf: (step_id: string) => StepRecord,
  found: Limited | undefined,
): Dependency<Got> => {
  const record = recordOfCall(recordOf(before.step_id), index.edgesInto(before.step_id), recordOf);
  const ended = isTerminal(record);
  return {
    ...becameOf(before, record, ended ? modeLeft(record) : (found?.ceiling.mode ?? "LIVE")),
    step: { step: before, ended, undone: record.ending === "compensated" },
    feeds: step.argument_sources.some((source) => source.from === before.step_id),
    ahead: found?.handedOn,
  };
};

const reasonOf = ({ step: got, mode }: Limit<Got>): CeilingReason => ({
  cause: "dependency",
  mode,
  message: `${got.step.step_id} (${got.step.tool_name}), which it depends on, ${becameInWords(got, mode)}`,
});

const becameInWords = ({ ended, undone }: Got, mode: ExecutionMode): string => {
  if (undone) return "was undone";
  return ended ? `got no further than ${mode}` : `can go no higher than ${mode}`;
};

const saysAsMuch = (known: CeilingReason, reason: CeilingReason): boolean =>
  known.cause === reason.cause && !isBelow(reason.mode, known.mode);

/** Every reason of a ceiling in one sentence, for records and people; null where nothing lowered it. */
export const inWords = (ceiling: Ceiling): string | null => {
  const lowering = ceiling.reasons.filter((reason) => reason.mode === ceiling.mode);
  return lowering.length === 0 ? null : lowering.map((reason) => reason.message).join("; ");
};
