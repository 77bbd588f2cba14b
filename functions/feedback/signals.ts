import { z } from "zod";
import { aggregateOf, unreadAggregate } from "../../shared/feedback/aggregate.ts";
import { learningSignals } from "../../shared/feedback/learning-signals.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { Deps } from "../deps.ts";
import { readExecution } from "../records/documents.ts";
import { loadOutcome, type OutcomeDeps } from "../records/load-outcome.ts";

export type FeedbackDeps = OutcomeDeps & Pick<Deps, "clock" | "aggregates" | "signals" | "bus">;

/**
 * The time that counts as history: a week, long enough for rare tools and short enough that a tool that was mended
 * recovers.
 */
const HISTORY_SECONDS = 7 * 86_400;

const ofExecution = z.object({ execution_id: identifier });

/**
 * Feedback: what the execution adds up to is recorded once, and becomes signals beside the history of its tools. An
 * execution without a schedule has no outcomes to learn from; one of which something cannot be read is named beside the
 * sums, so that nobody takes them for whole.
 */
export const feedback =
  (deps: FeedbackDeps) =>
  async (input: unknown): Promise<{ signals: number }> => {
    const { execution_id } = ofExecution.parse(input);
    const execution = await readExecution(deps, execution_id);
    if (execution.schedule === null) return { signals: 0 };
    const at = deps.clock.now();
    const read = await unlessDamaged(
      () => loadOutcome(deps, execution_id),
      () => undefined,
    );
    if (read === undefined) {
      await deps.aggregates.put(execution_id, at.toISOString(), unreadAggregate(execution_id));
      return { signals: 0 };
    }
    const { loaded, schedule, outcome } = read;
    const aggregate = aggregateOf(outcome, schedule);
    const history = await deps.aggregates.recent(HISTORY_SECONDS, at.toISOString(), { except: execution_id });
    const signals = learningSignals({
      aggregate,
      history,
      contracts: loaded.submission.contractOf,
      at: at.toISOString(),
      execution_id,
    });
    await deps.aggregates.put(execution_id, outcome.ended_at, aggregate, at.toISOString());
    await deps.aggregates.rollUp(at.toISOString());
    await deps.signals.put(execution_id, signals);
    await deps.bus.publish(
      signals.map((signal) => ({ type: "LearningSignal", detail: { id: signal.signal_id, execution_id, ...signal } })),
    );
    return { signals: signals.length };
  };
