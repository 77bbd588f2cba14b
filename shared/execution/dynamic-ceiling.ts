import type { ScheduledStep } from "../conflicts/schedule.ts";
import { type Ceiling, type CeilingReason, ceilingOf, type ExecutionMode, isBelow } from "../contracts/ceiling.ts";
import type { StepRecord } from "./step-record.ts";
import { recordOfCall } from "./twins.ts";
import { type ExecutionView, isDependency, isTerminal, type ScheduleIndex } from "./view.ts";

/** The mode a step actually got: what its dependents may not exceed. MOCK when it ended without any. */
export const modeReached = (record: StepRecord): ExecutionMode => {
  if (record.committed || record.live_output !== null) return "LIVE";
  if (record.preview !== null) return "DRY_RUN";
  return "MOCK";
};

/**
 * The ceilings of all steps as things stand: the static part of the schedule, what was learnt since, the deployment's
 * switch, its plan's deadline, and dependencies. A step never goes higher than a writing step it depends on got (or can still get); a
 * read-only dependency counts only where its output is used by `$from`.
 */
export const dynamicCeilings = (
  view: Pick<ExecutionView, "schedule" | "live_enabled">,
  index: ScheduleIndex,
  recordOf: (step_id: string) => StepRecord,
  /** Why a step's time is used up, in words; undefined where it is not, or where it no longer matters. */
  overdue: (step: ScheduledStep, record: StepRecord) => string | undefined,
): ReadonlyMap<string, Ceiling> => {
  const ceilings = new Map<string, Ceiling>();
  for (const step of view.schedule.steps) {
    const reasons: CeilingReason[] = [...step.ceiling.reasons, ...recordOf(step.step_id).ceiling_reasons];
    if (!view.live_enabled && !reasons.some((reason) => reason.cause === "live_enabled")) {
      reasons.push({ cause: "live_enabled", mode: "DRY_RUN", message: "LIVE is switched off for this deployment" });
    }
    const late = overdue(step, recordOf(step.step_id));
    if (late !== undefined) reasons.push({ cause: "deadline", mode: "DRY_RUN", message: late });
    for (const edge of index.edgesInto(step.step_id)) {
      if (!isDependency(edge)) continue;
      const record = recordOfCall(recordOf(edge.before), index.edgesInto(edge.before), recordOf);
      const reason = dependencyReason(step, index.step(edge.before), record, ceilings.get(edge.before));
      // The schedule says so already where the dependency could never have gone higher.
      if (reason !== undefined && !reasons.some((known) => saysAsMuch(known, reason))) reasons.push(reason);
    }
    ceilings.set(step.step_id, ceilingOf(reasons));
  }
  return ceilings;
};

const saysAsMuch = (known: CeilingReason, reason: CeilingReason): boolean =>
  known.cause === reason.cause && !isBelow(reason.mode, known.mode);

const dependencyReason = (
  step: ScheduledStep,
  dependency: ScheduledStep,
  record: StepRecord,
  ceiling: Ceiling | undefined,
): CeilingReason | undefined => {
  const feeds = step.argument_sources.some((source) => source.from === dependency.step_id);
  if (!dependency.writes && !feeds) return undefined;
  const mode = isTerminal(record) ? modeReached(record) : (ceiling?.mode ?? "LIVE");
  if (mode === "LIVE") return undefined;
  const verb = isTerminal(record) ? "ended in" : "can go no higher than";
  return {
    cause: "dependency",
    mode,
    message: `${dependency.step_id} (${dependency.tool_name}), which it depends on, ${verb} ${mode}`,
  };
};

/** Every reason of a ceiling in one sentence, for records and people; null where nothing lowered it. */
export const inWords = (ceiling: Ceiling): string | null => {
  const lowering = ceiling.reasons.filter((reason) => reason.mode === ceiling.mode);
  return lowering.length === 0 ? null : lowering.map((reason) => reason.message).join("; ");
};
