import type { Deps } from "../deps.ts";
import { type NothingNewDeps, nothingNew } from "./nothing-new.ts";
import { wake } from "./wake.ts";

export type SweepDeps = NothingNewDeps &
  Pick<Deps, "clock" | "log" | "policy" | "waitTokens" | "workflow" | "inFlightCalls" | "executions">;

export type Swept = { woken: number; removed_in_flight: number };

/**
 * The sweeper, once a minute. Wakes executions that wait for what has already happened: a decision whose waker died, a
 * request that fell due where the engine keeps no timeouts. Removes in-flight rows whose function cannot be running
 * any more. Everything it does may be done twice, and it decides nothing itself.
 */
export const sweep = (deps: SweepDeps) => async (): Promise<Swept> => {
  let woken = 0;
  for (const execution_id of await deps.executions.running()) {
    const waiting = await deps.waitTokens.get(execution_id);
    if (waiting === undefined) continue;
    const execution = await deps.executions.get(execution_id);
    if (execution?.status !== "RUNNING") continue;
    const asked = { execution_id, history: execution.history, pass: waiting.pass };
    if ((await nothingNew(deps, asked)) && !(await isDue(deps, execution_id))) continue;
    if ((await wake(deps)(execution_id)) === "woken") woken += 1;
  }
  const removed_in_flight = await removeAbandoned(deps);
  if (woken + removed_in_flight > 0) deps.log.info("swept", { woken, removed_in_flight });
  return { woken, removed_in_flight };
};

const isDue = async (deps: SweepDeps, execution_id: string): Promise<boolean> => {
  const now = deps.clock.now().toISOString();
  const approvals = await deps.approvals.ofExecution(execution_id);
  return approvals.some(({ status, expires_at }) => status === "open" && expires_at !== null && expires_at <= now);
};

/** A row is abandoned when its call may not be running any more, by any clock. */
const removeAbandoned = async (deps: Pick<SweepDeps, "clock" | "policy" | "inFlightCalls">): Promise<number> => {
  const { largest_clock_skew_seconds } = deps.policy;
  const longAgo = new Date(deps.clock.now().getTime() - largest_clock_skew_seconds * 1000).toISOString();
  const abandoned = (await deps.inFlightCalls.all()).filter((call) => call.may_run_until < longAgo);
  for (const call of abandoned) await deps.inFlightCalls.remove(call);
  return abandoned.length;
};
