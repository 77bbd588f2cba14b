import type { ApprovalRequest } from "../../shared/execution/approval.ts";
import type { Deps } from "../deps.ts";
import { type NothingNewDeps, nothingNew } from "./nothing-new.ts";
import { type RemindDeps, remind } from "./remind.ts";
import { historyName } from "./reopen.ts";
import { type ReopenDecidedDeps, reopenDecided } from "./reopen-decided.ts";
import { wake } from "./wake.ts";

export type SweepDeps = NothingNewDeps & RemindDeps & ReopenDecidedDeps & Pick<Deps, "policy" | "inFlightCalls">;

export type Swept = { woken: number; started: number; reminded: number; reopened: number; removed_in_flight: number };

/**
 * The sweeper, once a minute. Wakes executions that wait for what has already happened: a decision whose waker died, a
 * request that fell due where the engine keeps no timeouts. Starts histories that are on record and were never started,
 * because whoever wrote the record died before it. Takes up concluded ones whose decision nobody told them.
 * Reminds people of what waits for them. Removes in-flight rows whose function cannot be running any more. Everything
 * it does may be done twice, and it decides nothing itself.
 */
export const sweep = (deps: SweepDeps) => async (): Promise<Swept> => {
  const swept = { woken: 0, started: 0, reminded: 0, reopened: 0, removed_in_flight: 0 };
  for (const execution_id of await deps.executions.running()) {
    const approvals = await deps.approvals.ofExecution(execution_id);
    swept.reminded += await remind(deps, approvals);
    if (await wakeIfNeeded(deps, execution_id, approvals)) swept.woken += 1;
    if (await startIfNeeded(deps, execution_id)) swept.started += 1;
  }
  swept.reopened = await reopenDecided(deps);
  swept.removed_in_flight = await removeAbandoned(deps);
  if (Object.values(swept).some((count) => count > 0)) deps.log.info("swept", swept);
  return swept;
};

const wakeIfNeeded = async (
  deps: SweepDeps,
  execution_id: string,
  approvals: readonly ApprovalRequest[],
): Promise<boolean> => {
  const waiting = await deps.waitTokens.get(execution_id);
  if (waiting === undefined) return false;
  const execution = await deps.executions.get(execution_id);
  if (execution?.status !== "RUNNING") return false;
  const asked = { execution_id, history: execution.history, pass: waiting.pass };
  if ((await nothingNew(deps, asked)) && !isDue(deps, approvals)) return false;
  return (await wake(deps)(execution_id)) === "woken";
};

/** Starting what runs already is refused by its name, so all that this must spare is needless calls. */
const startIfNeeded = async (deps: SweepDeps, execution_id: string): Promise<boolean> => {
  const execution = await deps.executions.get(execution_id);
  if (execution?.status !== "RUNNING") return false;
  const begun = await deps.executions.passAnswer(execution_id, execution.history, 1);
  if (begun !== undefined) return false;
  return (
    (await deps.workflow.start(historyName(execution), { execution_id, history: execution.history })) === "started"
  );
};

const isDue = (deps: Pick<Deps, "clock">, approvals: readonly ApprovalRequest[]): boolean => {
  const now = deps.clock.now().toISOString();
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
