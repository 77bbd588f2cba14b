import pMap from "p-map";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../records/documents.ts";
import {
  ANSWERED,
  type Answer,
  type BatchItem,
  batchItem,
  markedItem,
  type RehearsedStep,
} from "../../records/workflow-input.ts";
import { contextOf, type StepContext } from "../step/step-context.ts";

export type BatchDeps = Pick<Deps, "clock" | "log" | "executions" | "bodies" | "steps">;

type Rehearse = {
  /** Rehearses one step and writes what came of it. */
  readonly rehearse: (context: StepContext, step: RehearsedStep) => Promise<void>;
  /** Whether that step can end within the function's time, of which so many seconds are over. */
  readonly fits: (context: StepContext, seconds: number) => boolean;
};

/**
 * A rehearsal of every step that an item names, a few at a time. One that fails by surprise keeps none of the others from
 * their turn: its error is thrown when all had theirs, and those that are done are not done again. A step for which the
 * time no longer suffices is left as it is: Next wave hands it out again.
 */
export const inBatches =
  (deps: BatchDeps, { rehearse, fits }: Rehearse) =>
  async (input: unknown): Promise<Answer> => {
    const { execution_id, steps, at_once } = batchOf(input);
    const loaded = await loadExecution(deps, execution_id);
    const started = deps.clock.now().getTime();
    const surprises: { readonly thrown: unknown }[] = [];
    const inTurn = async (step: RehearsedStep, place: number): Promise<void> => {
      try {
        const context = contextOf(loaded, await deps.steps.get(execution_id, step.step_id), step);
        const seconds = (deps.clock.now().getTime() - started) / 1_000;
        if (place < at_once || fits(context, seconds)) await rehearse(context, step);
      } catch (thrown) {
        const { plan_id, step_id } = step;
        if (steps.length > 1) deps.log.with({ plan_id, step_id }).error("a step of a batch failed", {}, thrown);
        surprises.push({ thrown });
      }
    };
    await pMap(steps, inTurn, { concurrency: at_once });
    const [first] = surprises;
    if (first !== undefined) throw first.thrown;
    return ANSWERED;
  };

/** A step that is handed out alone is a batch of one. */
const batchOf = (input: unknown): Pick<BatchItem, "execution_id" | "steps" | "at_once"> => {
  const batch = batchItem.safeParse(input);
  if (batch.success) return batch.data;
  const item = markedItem.parse(input);
  return { execution_id: item.execution_id, steps: [item], at_once: 1 };
};
