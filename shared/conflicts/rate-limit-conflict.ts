import { strictestLimits } from "../contracts/strictest-limits.ts";
import type { ConflictDraft, ConflictRule } from "./conflict-rule.ts";
import { endsInTime } from "./deadline.ts";
import {
  capStep,
  holdStep,
  isLive,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

/** Windows of one service: the first holds what is left of the quota, every later one the whole limit. */
type Quota = { service: string; limit: number; window_seconds: number; remaining: number; resets_in_seconds: number };
type Move = { step: WorkingStep; seconds: number };
type Found = { quota: Quota; plan: WorkingPlan; moves: Move[] };

const callsByService = (working: WorkingSchedule): { quota: Quota; calls: WorkingStep[] }[] => {
  const limits = strictestLimits(working.order.filter(isLive).map(({ contract }) => contract));
  const calls = new Map<string, WorkingStep[]>();
  for (const step of working.order) {
    const limit = step.contract.rate_limit;
    if (limit === null || !isLive(step)) continue;
    const others = calls.get(limit.service);
    if (others === undefined) calls.set(limit.service, [step]);
    else others.push(step);
  }
  return [...limits].map(([service, { limit, window_seconds }]) => {
    const known = working.input.facts.quotas.get(service);
    const quota = { service, limit, window_seconds, remaining: limit, resets_in_seconds: window_seconds, ...known };
    return { quota, calls: calls.get(service) ?? [] };
  });
};

const windowAt = ({ resets_in_seconds, window_seconds }: Quota, seconds: number): number =>
  seconds < resets_in_seconds ? 0 : 1 + Math.floor((seconds - resets_in_seconds) / window_seconds);

const startOf = ({ resets_in_seconds, window_seconds }: Quota, window: number): number =>
  window === 0 ? 0 : resets_in_seconds + (window - 1) * window_seconds;

/** Calls in rank order take the first window with room that they may use; those that must leave theirs are moves. */
const movesIn = (quota: Quota, calls: readonly WorkingStep[]): Move[] => {
  const used = new Map<number, number>();
  // Windows too short to be counted have no end that could be told: such a limit holds nobody up.
  const isFull = (window: number): boolean =>
    Number.isSafeInteger(window) && (used.get(window) ?? 0) >= (window === 0 ? quota.remaining : quota.limit);
  /** From a full window to one after it, all full in between. */
  const after = new Map<number, number>();
  const withRoom = (from: number): number => {
    const passed: number[] = [];
    let window = from;
    while (isFull(window)) {
      passed.push(window);
      window = after.get(window) ?? window + 1;
    }
    for (const each of passed) after.set(each, window);
    return window;
  };
  return calls.flatMap((step): Move[] => {
    const wanted = windowAt(quota, step.not_before_seconds);
    const window = withRoom(wanted);
    used.set(window, (used.get(window) ?? 0) + 1);
    return window === wanted ? [] : [{ step, seconds: startOf(quota, window) }];
  });
};

const detect = (working: WorkingSchedule): Found[] =>
  callsByService(working).flatMap(({ quota, calls }) =>
    [...Map.groupBy(movesIn(quota, calls), ({ step }) => step.plan)].map(([plan, moves]) => ({ quota, plan, moves })),
  );

const delayed = (working: WorkingSchedule, quota: Quota, moves: readonly Move[]): Omit<ConflictDraft, "finding"> => {
  for (const { step, seconds } of moves) holdStep(working, step, seconds);
  const until = Math.max(...moves.map(({ seconds }) => seconds));
  return {
    steps: moves.map(({ step }) => step),
    strategy: "DELAY",
    status: "resolved",
    resolution: `${moves.length === 1 ? "1 waits for a later window" : `${moves.length} wait for later windows`}, the last for ${until} s`,
    details: { ...quota, calls: moves.length, not_before_seconds: until },
  };
};

/** Dependents first: what would run last goes first, so that what others rest on stays as long as it can. */
const downgraded = (working: WorkingSchedule, quota: Quota, moves: readonly Move[]): Omit<ConflictDraft, "finding"> => {
  const message = `the rate limit of ${quota.service} leaves no call within the plan's deadline`;
  const lastFirst = moves.map(({ step }) => step).toReversed();
  for (const step of lastFirst) capStep(working, step, { cause: "conflict", mode: "DRY_RUN", message });
  return {
    steps: lastFirst,
    strategy: "DOWNGRADE",
    status: "resolved",
    resolution: `${moves.length === 1 ? "1 ends in DRY_RUN: its" : `${moves.length} end in DRY_RUN: their`} next window is too late for the plan's deadline`,
    details: { ...quota, calls: moves.length, deadline_seconds: lastFirst[0]?.plan.head.deadline_seconds ?? null },
  };
};

const resolve = (working: WorkingSchedule, { quota, plan, moves }: Found): ConflictDraft[] => {
  const [inTime, late] = [
    moves.filter(({ step, seconds }) => endsInTime(working, step, seconds)),
    moves.filter(({ step, seconds }) => !endsInTime(working, step, seconds)),
  ];
  const finding = `plan ${plan.head.plan_id} makes ${moves.length} ${moves.length === 1 ? "call" : "calls"} to ${quota.service} beyond what is left: ${quota.remaining} for ${quota.resets_in_seconds} s, then ${quota.limit} per ${quota.window_seconds} s`;
  return [
    ...(inTime.length > 0 ? [{ ...delayed(working, quota, inTime), finding }] : []),
    ...(late.length > 0 ? [{ ...downgraded(working, quota, late), finding }] : []),
  ];
};

/** More calls to a service in a window than its remaining quota. One record per service, plan and strategy. */
export const rateLimitConflict: ConflictRule<Found> = {
  type: "RATE_LIMIT_CONFLICT",
  severity: 5,
  reads: ["live", "times"],
  detect,
  resolve,
};
