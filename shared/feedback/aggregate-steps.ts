import type { StepOutcome } from "../execution/outcome/step-outcome.ts";
import { addTools } from "./add-aggregates.ts";
import {
  CALIBRATION_WIDTH,
  emptyToolAggregate,
  type ModeAggregate,
  noOutcomes,
  type OutcomeCounts,
  type ToolAggregate,
} from "./aggregate-schema.ts";
import { latencyOf } from "./latency.ts";

export type ObservedMode = "DRY_RUN" | "LIVE";
export type ObservedOutcome = "success" | "failure" | "indeterminate";

export const MILLION = 1_000_000;
export const millionths = (confidence: number): number => Math.round(confidence * MILLION);

/**
 * How a step went in a mode; undefined when it never ran in it, or where the sandbox made its result up: that says
 * nothing about the tool, neither that it works nor that it fails. The last call decides: a read that succeeded when it
 * was retried succeeded. A call that a person reconciled counts as the person found it, though the call's own answer
 * was unknown.
 */
export const outcomeIn = (step: StepOutcome, mode: ObservedMode): ObservedOutcome | undefined => {
  if (step.made_up === true) return undefined;
  const last = step.rungs.findLast((rung) => rung.mode === mode);
  if (mode === "LIVE" && step.committed) return "success";
  if (mode === "LIVE" && step.indeterminate) return "indeterminate";
  switch (last?.outcome) {
    case undefined:
      return undefined;
    case "succeeded":
      return "success";
    case "failed":
      return "failure";
    case "unknown":
      // In LIVE it is known by now, or the step would be indeterminate: the call did not happen.
      return mode === "LIVE" ? "failure" : "indeterminate";
  }
};

/** The outcome that speaks for the step: of its LIVE call, or of its DRY_RUN where it made none. */
const outcomeOf = (step: StepOutcome): ObservedOutcome | undefined =>
  outcomeIn(step, "LIVE") ?? outcomeIn(step, "DRY_RUN");

const counted = (outcome: ObservedOutcome | undefined): OutcomeCounts => {
  switch (outcome) {
    case "success":
      return { ...noOutcomes, successes: 1 };
    case "failure":
      return { ...noOutcomes, failures: 1 };
    case "indeterminate":
      return { ...noOutcomes, indeterminate: 1 };
    case undefined:
      return noOutcomes;
  }
};

const modeOf = (step: StepOutcome, mode: ObservedMode): ModeAggregate => {
  const rungs = step.rungs.filter((rung) => rung.mode === mode);
  return {
    ...counted(outcomeIn(step, mode)),
    timed_out: rungs.filter((rung) => rung.timed_out).length,
    latency: latencyOf(rungs.map((rung) => rung.duration_ms)),
  };
};

/** Name of the calibration bucket: its lower bound. Counted in millionths, so that 0.3 is in "0.3". */
export const calibrationKey = (confidence: number): string => {
  const width = millionths(CALIBRATION_WIDTH);
  const last = MILLION / width - 1;
  const bucket = Math.min(last, Math.floor(millionths(confidence) / width));
  return ((bucket * width) / MILLION).toFixed(1);
};

export const calibrationOf = (step: StepOutcome): ToolAggregate["calibration"] => {
  const outcome = outcomeIn(step, "LIVE");
  if (outcome === undefined || outcome === "indeterminate") return {};
  const successes = outcome === "success" ? 1 : 0;
  return {
    [calibrationKey(step.confidence)]: { trials: 1, successes, confidence_millionths: millionths(step.confidence) },
  };
};

const toolAggregateOf = (step: StepOutcome): ToolAggregate => ({
  ...emptyToolAggregate,
  steps: counted(outcomeOf(step)),
  modes: { DRY_RUN: modeOf(step, "DRY_RUN"), LIVE: modeOf(step, "LIVE") },
  calibration: calibrationOf(step),
});

/** Aggregates by tool, of the steps that ran in DRY_RUN or LIVE and were answered by what they act on. */
export const aggregateSteps = (steps: readonly StepOutcome[]): Map<string, ToolAggregate> => {
  const tools = new Map<string, ToolAggregate>();
  for (const step of steps) {
    if (outcomeOf(step) === undefined) continue;
    tools.set(step.tool_name, addTools(tools.get(step.tool_name) ?? emptyToolAggregate, toolAggregateOf(step)));
  }
  return tools;
};
