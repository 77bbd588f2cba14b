import pMap from "p-map";
import type { Deps } from "../functions/deps.ts";
import { runName, startRun } from "../functions/records/run-life-cycle.ts";
import type { ExecutionRecord } from "../shared/execution/record/execution-record.ts";
import { unlessDamaged } from "../shared/ports/damaged.ts";
import type { LocalWorkflow } from "./engine/workflow.ts";

export type RecoverDeps = Pick<Deps, "executions" | "waitTokens" | "log">;

/** Reads and writes of so many executions are under way at once. */
const AT_ONCE = 16;

/**
 * Executions that were running are taken up in the background so many at a time: half of the engine's turns stay for
 * what is new.
 */
const TAKEN_UP_AT_ONCE = 4;

/**
 * After a restart every running execution goes on in a fresh workflow run: Next wave reads the records, settles what was
 * cut off, and waits where people are still asked. Nothing that was recorded runs twice. This puts the workflow runs on
 * record, which is quick; whoever has to do with an execution from now on finds one to start.
 * @returns the executions as they stand now
 */
export const recover = async (
  deps: RecoverDeps,
  tell: (line: string) => void = () => {},
): Promise<ExecutionRecord[]> => {
  const running = await deps.executions.running();
  if (running.length > 0) tell(`executions under way: ${running.length}`);
  const recovered = await pMap(running, (execution_id) => freshRunUnlessDamaged(deps, execution_id), {
    concurrency: AT_ONCE,
  });
  const all = recovered.flatMap((record) => (record === undefined ? [] : [record]));
  if (all.length > 0) deps.log.info("executions go on after the restart", { recovered: all.length });
  return all;
};

/** One whose own record cannot be read stays where it is, and keeps no other from going on, nor the server from starting. */
const freshRunUnlessDamaged = (deps: RecoverDeps, execution_id: string): Promise<ExecutionRecord | undefined> =>
  unlessDamaged(
    () => freshRun(deps, execution_id),
    (damaged) => {
      deps.log.error("an execution was not taken up after the restart", { execution_id }, damaged);
      return undefined;
    },
  );

const freshRun = async (deps: RecoverDeps, execution_id: string): Promise<ExecutionRecord | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution?.status !== "RUNNING") return undefined;
  // Fresh unless it has concluded: then the same workflow run goes on to the artifacts.
  const history = execution.concluded === null ? execution.history + 1 : execution.history;
  const updated = await deps.executions.update({ ...execution, history });
  const lost = await deps.waitTokens.get(execution_id);
  if (lost !== undefined) await deps.waitTokens.remove(execution_id, lost.token);
  return updated === "moved" ? undefined : updated;
};

/**
 * Starts the workflow runs that a restart put on record, a few at a time, each until it waits or has ended. One that somebody
 * has to do with before its turn is started by that; starting it again changes nothing. `signal` ends it between two.
 */
export const takeUp = async (
  workflow: LocalWorkflow,
  executions: readonly ExecutionRecord[],
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  if (executions.length === 0) return;
  await pMap(
    executions,
    async (execution) => {
      if (signal.aborted) return;
      await startRun({ workflow })(execution);
      await workflow.atRest(runName(execution));
    },
    { concurrency: TAKEN_UP_AT_ONCE },
  );
  if (!signal.aborted) tell(`executions taken up: ${executions.length}`);
};
