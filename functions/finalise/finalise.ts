import { z } from "zod";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { type PublishDeps, publish } from "../artifacts/publish.ts";
import { type ConcludeDeps, conclude } from "../execution/conclude/conclude.ts";
import { type FeedbackDeps, feedback } from "../feedback/signals.ts";
import { type HealthDeps, health } from "../health/score.ts";
import { amendFound } from "../records/amend.ts";
import { readExecution } from "../records/documents.ts";
import { partsOfRunName } from "../records/run-life-cycle.ts";

/**
 * The event in which Step Functions tells of a run that ended without success: the detail of its status change event.
 */
const endedRun = z.object({
  detail: z.object({
    name: z.string(),
    status: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export type FinaliseDeps = ConcludeDeps & FeedbackDeps & HealthDeps & PublishDeps;

/**
 * Ends an execution whose run ended where no state could catch it: stopped from outside, timed out, a history that was
 * full, a handler that returned nothing. The same conclusion as in the state machine, and its artifacts. A run that
 * ended as it should have finds nothing left to do.
 */
export const finalise =
  (given: FinaliseDeps) =>
  async (input: unknown): Promise<{ status: string }> => {
    const { detail } = endedRun.parse(input);
    const { execution_id, history } = partsOfRunName(detail.name);
    const execution = await readExecution(given, execution_id);
    const { correlation_id } = execution;
    const log = given.log.with({ execution_id, ...(correlation_id === null ? {} : { correlation_id }) });
    const deps = { ...given, log };
    if (execution.status !== "RUNNING" || execution.history !== history) return { status: execution.status };
    const Cause = detail.cause ?? detail.error ?? `its run ended as ${detail.status}`;
    const concluded = await conclude(deps)({ execution_id, history, decision: "FAILED", failure: { Cause } });
    for (const stage of [feedback(deps), health(deps)]) {
      // As in the state machine: artifacts are published even where these fail.
      await stage({ execution_id }).catch((error: unknown) => {
        log.error("a stage failed while an execution was finalised", {}, error);
      });
    }
    await publish(deps)({ execution_id, history }).catch(async (error: unknown) => {
      await giveUp(deps, { execution_id, history });
      throw error;
    });
    return { status: concluded.status };
  };

/** Leaves the artifacts to the next sweep: nobody else tries for now. Where that cannot be said, it finds out by the time. */
const giveUp = async (
  deps: FinaliseDeps,
  { execution_id, history }: ReturnType<typeof partsOfRunName>,
): Promise<void> => {
  const isLeft = (record: ExecutionRecord): boolean =>
    record.status === "RUNNING" && record.history === history && record.concluded !== null;
  await amendFound(deps)(execution_id, (record) =>
    isLeft(record) ? { ...record, publishing_given_up: true } : record,
  ).catch((error: unknown) => {
    deps.log.error("nobody could record that artifacts are left to the sweep", {}, error);
  });
};
