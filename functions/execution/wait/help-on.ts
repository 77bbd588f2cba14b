import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { Lock } from "../../../shared/execution/lock/lock.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { wasSetBack } from "../../../shared/plan/set-back.ts";
import type { Deps } from "../../deps.ts";
import type { StandingDeps } from "../../records/call-standing.ts";
import { fallenElsewhere, isKnownElsewhere } from "../../records/fallen-elsewhere.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { passRecord } from "../pass/pass-answer.ts";
import { waitFingerprint } from "../pass/wait-fingerprint.ts";

export type HelpDeps = StandingDeps & Pick<Deps, "clock" | "executions" | "policy" | "waker" | "workflow">;

/**
 * The engine tries to publish for half a minute, and once more as it finalises; each attempt takes seconds. A call that
 * has not been begun for so long is begun by nobody any more.
 */
const PUBLISHING_SECONDS = 120;

export type SystemNow = {
  readonly locks: readonly Lock[];
  readonly live_enabled: boolean;
  /** Whether one more may be tried of those whose artifacts found no room a moment ago. */
  readonly mayProbe: () => boolean;
};

/**
 * Help for an execution that is going on: its workflow run started, where no pass of it has answered (starting what
 * runs already is refused by its name, so all that this must spare is needless calls); its wait ended, where its last
 * pass said "wait" and what that knew is not what is known now, or where a call elsewhere that its steps rest on has
 * fallen since, or is known by now that they wait for as its duplicates: the pass that follows stops them or lets them
 * go on, and names the call no more, so that this wakes it once.
 */
export const helpOn = async (
  deps: HelpDeps,
  execution_id: string,
  approvals: readonly ApprovalRequest[],
  system: SystemNow,
): Promise<"woken" | "started" | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution?.status !== "RUNNING") return undefined;
  if (isUnpublished(deps, execution, system.mayProbe))
    return (await publishAnew(deps, execution)) ? "started" : undefined;
  const last = await deps.executions.lastPass(execution_id, execution.history);
  if (last === undefined) return (await startRun(deps)(execution)) ? "started" : undefined;
  const { decision, seen, rests_on = [], awaits = [] } = passRecord.parse(last);
  if (decision !== "WAIT") return undefined;
  const known = waitFingerprint(execution, approvals, system.locks, system.live_enabled);
  const isNews =
    seen !== known ||
    isDue(deps, approvals) ||
    (await fallenElsewhere(deps, rests_on)).length > 0 ||
    (await isKnownElsewhere(deps, awaits));
  if (!isNews) return undefined;
  return (await deps.waker.wake([execution_id])).has(execution_id) ? "woken" : undefined;
};

const isUnpublished = (
  { clock, policy }: HelpDeps,
  { concluded, publishing_at, publishing_given_up, ended_at }: ExecutionRecord,
  mayProbe: () => boolean,
): boolean => {
  const last = publishing_at ?? ended_at;
  if (concluded === null || last === null) return false;
  if (publishing_given_up === true && mayProbe()) return true;
  const seconds = PUBLISHING_SECONDS + policy.largest_clock_skew_seconds;
  const now = clock.now();
  return now.getTime() - Date.parse(last) >= seconds * 1_000 || wasSetBack(now.toISOString(), last);
};

/**
 * The same workflow run by another run of the engine: it finds itself concluded, measured and not published. The record says
 * when, so that a place that stays full is tried again at this pace, and not by every sweep.
 */
const publishAnew = async (deps: HelpDeps, execution: ExecutionRecord): Promise<boolean> => {
  const publishing_at = deps.clock.now().toISOString();
  const publishing_runs = (execution.publishing_runs ?? 0) + 1;
  const { publishing_given_up: _, ...left } = execution;
  const fresh = await deps.executions.update({ ...left, publishing_at, publishing_runs });
  return fresh !== "moved" && startRun(deps)(fresh);
};

const isDue = (deps: Pick<Deps, "clock">, approvals: readonly ApprovalRequest[]): boolean => {
  const now = deps.clock.now().toISOString();
  return approvals.some(({ status, expires_at }) => status === "open" && expires_at !== null && expires_at <= now);
};
