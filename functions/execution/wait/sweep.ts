import pMap from "p-map";
import { isPastByAnyClock } from "../../../shared/execution/attempt/timing.ts";
import { wasSetBack } from "../../../shared/plan/set-back.ts";
import type { Deps } from "../../deps.ts";
import { announcePending } from "../../records/announce-end.ts";
import { recordPendingStops } from "../../records/pending-stops.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { type TakeUpDecidedDeps, takeUpDecided } from "../../records/take-up-decided.ts";
import { type EscalateDeps, escalate } from "./escalate.ts";
import { type GaugeDeps, measureGauges } from "./gauges.ts";
import { type HelpDeps, helpOn } from "./help-on.ts";
import { type RemindDeps, remind } from "./remind.ts";
import { type TellExtensionsDeps, tellExtensions } from "./tell-extensions.ts";

export type SweepDeps = RemindDeps &
  TellExtensionsDeps &
  EscalateDeps &
  TakeUpDecidedDeps &
  GaugeDeps &
  HelpDeps &
  Pick<
    Deps,
    | "policy"
    | "carriedRuns"
    | "inFlightCalls"
    | "metrics"
    | "pendingAnnouncements"
    | "pendingStops"
    | "settings"
    | "work"
  >;

export type Swept = {
  woken: number;
  started: number;
  extended: number;
  reminded: number;
  escalated: number;
  taken_up: number;
  announced: number;
  recorded: number;
  removed_in_flight: number;
  forgotten_work: number;
};

/** Each is some five reads in turn: 5,000 that wait take seconds instead of more than the function's minute. */
const CONCURRENT_EXECUTIONS = 16;

/**
 * Of those that wait, after a lock on everything say: each that is woken works for a moment, and thousands at once would
 * end in timeouts and throttles. The others are woken by the next sweeps.
 */
const MOST_WOKEN = 600;

/**
 * Of those whose artifacts found no room and that nobody tries any more: each sweep begins so many anew, to see whether there
 * is some now. The others have their turn when two minutes are over.
 */
const MOST_PROBED = 20;

/** Larger than what a sweep gets through, and a prime, so that in the end each comes first. */
const STRIDE = 10_007;

/**
 * The sweeper, once a minute. Wakes executions that wait for what has already happened: a decision whose waker died, a
 * request that fell due where the engine keeps no timeouts, the undoing of another execution's call that its steps rest
 * on, or what came of one that they may be duplicates of. Starts workflow runs that are on record and were never started,
 * because whoever wrote the record died before it. Takes up concluded ones whose decision nobody told them, and those
 * whose artifacts could not be written when they ended: a fresh run finds them concluded, and publishes.
 * Announces ends that who wrote them did not live to announce. Writes the events of acts that stop which the audit could
 * not take at the time. Tells that requests have more time, reminds people of what waits for them, and puts what
 * nobody opened to the next who may. Forgets calls that workers answered long ago. Removes in-flight rows whose function cannot be running any more. Everything
 * it does may be done twice, and it decides nothing itself. Being the one thing that runs whether anything happens or
 * not, it also measures how things stand. `signal` ends it between two executions.
 *
 * @throws AggregateError when all have had their turn and something of it failed: a record that cannot be read, say,
 * keeps nothing from the others.
 */
export const sweep = (deps: SweepDeps, signal?: AbortSignal) => async (): Promise<Swept> => {
  const swept = {
    woken: 0,
    started: 0,
    extended: 0,
    reminded: 0,
    escalated: 0,
    taken_up: 0,
    announced: 0,
    recorded: 0,
    removed_in_flight: 0,
    forgotten_work: 0,
  };
  const failures: unknown[] = [];
  const inTurn = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => failures.push(error));
  };
  await inTurn(async () => {
    swept.removed_in_flight = await removeAbandoned(deps);
  });
  await inTurn(async () => {
    swept.taken_up = await takeUpDecided(deps);
  });
  await inTurn(async () => {
    swept.announced = await announcePending(deps);
  });
  await inTurn(async () => {
    swept.recorded = await recordPendingStops(deps);
  });
  await inTurn(async () => {
    swept.forgotten_work = await forgetWork(deps);
  });
  // Before what may take longer than the function has.
  await inTurn(async () => deps.metrics.publish(await measureGauges(deps)));
  const [locks, live_enabled] = await Promise.all([deps.locks.all(), deps.settings.liveEnabled()]);
  let probed = 0;
  const mayProbe = (): boolean => {
    probed += 1;
    return probed <= MOST_PROBED;
  };
  const carried = new Set<string>();
  await inTurn(async () => {
    const runs = await takeUpCarried(deps);
    swept.started += runs.started;
    for (const execution_id of runs.carried) carried.add(execution_id);
  });
  const look = async (execution_id: string): Promise<void> => {
    if (signal?.aborted || swept.woken >= MOST_WOKEN) return;
    const { items: approvals, unreadable } = await deps.approvals.readable(execution_id);
    if (unreadable.length > 0) {
      // Its next pass finds that too, and ends it.
      swept.woken += (await deps.waker.wake([execution_id])).size;
      return;
    }
    const told = await tellExtensions(deps, approvals);
    swept.extended += told.extended;
    const { reminded, requests } = await remind(deps, told.requests);
    swept.reminded += reminded;
    swept.escalated += await escalate(deps, requests);
    if (carried.has(execution_id)) return;
    const helped = await helpOn(deps, execution_id, approvals, { locks, live_enabled, mayProbe });
    if (helped !== undefined) swept[helped] += 1;
  };
  const lookInTurn = (execution_id: string): Promise<void> => inTurn(() => look(execution_id));
  await pMap(beginningElsewhere(deps, await deps.executions.running()), lookInTurn, {
    concurrency: CONCURRENT_EXECUTIONS,
  });
  if (Object.values(swept).some((count) => count > 0)) deps.log.info("swept", swept);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
  return swept;
};

/** Where there are more than one sweep gets through before its function's time is over, the next begins at another. */
const beginningElsewhere = ({ clock }: Pick<Deps, "clock">, ids: readonly string[]): string[] => {
  const minute = Math.floor(clock.now().getTime() / 60_000);
  const first = ids.length === 0 ? 0 : (minute * STRIDE) % ids.length;
  return [...ids.slice(first), ...ids.slice(0, first)];
};

/** Runs that a request carries on are its own until their time is over; then a workflow run takes up what is left of them. */
const takeUpCarried = async (
  deps: Pick<SweepDeps, "carriedRuns" | "clock" | "policy" | "executions" | "workflow">,
): Promise<{ readonly carried: readonly string[]; readonly started: number }> => {
  const now = deps.clock.now().toISOString();
  const runs = await deps.carriedRuns.all();
  // None is carried for as long as ten minutes: such an end is one of a clock that was set back since.
  const isOver = ({ until }: { readonly until: string }): boolean =>
    isPastByAnyClock(until, now, deps.policy) || wasSetBack(now, until);
  let started = 0;
  for (const { execution_id } of runs.filter(isOver)) {
    const record = await deps.executions.get(execution_id);
    if (record?.status === "RUNNING" && (await startRun(deps)(record))) started += 1;
    await deps.carriedRuns.remove(execution_id);
  }
  return { carried: runs.filter((each) => !isOver(each)).map(({ execution_id }) => execution_id), started };
};

/** Calls of workers are forgotten a day after their time: so many in one sweep, which a few seconds are enough for. */
const MOST_FORGOTTEN = 500;

const forgetWork = async ({ work, clock }: Pick<SweepDeps, "work" | "clock">): Promise<number> => {
  const now = clock.now().toISOString();
  const [acts, reads] = [await work.acts.forget(now, MOST_FORGOTTEN), await work.reads.forget(now, MOST_FORGOTTEN)];
  return acts + reads;
};

/** A row is abandoned when its call may not be running any more, by any clock. */
const removeAbandoned = async (deps: Pick<SweepDeps, "clock" | "policy" | "inFlightCalls">): Promise<number> => {
  const now = deps.clock.now().toISOString();
  const abandoned = (await deps.inFlightCalls.all()).filter(({ may_run_until }) =>
    isPastByAnyClock(may_run_until, now, deps.policy),
  );
  for (const call of abandoned) await deps.inFlightCalls.remove(call);
  return abandoned.length;
};
