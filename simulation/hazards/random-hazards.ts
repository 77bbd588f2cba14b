import type { Random } from "../random.ts";
import type { CallFate, Hazards, PortCall, ServiceFate, TaskFate } from "./hazards.ts";

/** How likely each kind of fault is in one schedule; many are absent from most, so that few hide each other. */
export type Odds = {
  readonly death: number;
  readonly lost_reply: number;
  readonly throttle: number;
  readonly delay: number;
  readonly task: number;
  readonly service: number;
  readonly largest_skew_ms: number;
  readonly index_lag_ms: number;
  /** Deaths, lost replies, throttles, tasks and services together: after so many, all is well. */
  readonly budget: number;
};

/** The largest clock error that is promised to be harmless, in milliseconds: five minutes. */
export const LARGEST_SKEW_MS = 300_000;

export const drawOdds = (random: Random): Odds => ({
  death: random.pick([0, 0, 0.004, 0.012]),
  lost_reply: random.pick([0, 0, 0.004, 0.012]),
  throttle: random.pick([0, 0, 0.004, 0.012]),
  delay: random.pick([0, 0.01, 0.04]),
  task: random.pick([0, 0, 0.03, 0.1]),
  service: random.pick([0, 0.15, 0.4, 0.7]),
  largest_skew_ms: random.pick([0, 0, LARGEST_SKEW_MS]),
  index_lag_ms: random.pick([0, 3_000, 60_000]),
  budget: random.pick([1, 2, 4, 8, 16]),
});

export const NO_ODDS: Odds = {
  death: 0,
  lost_reply: 0,
  throttle: 0,
  delay: 0,
  task: 0,
  service: 0,
  largest_skew_ms: 0,
  index_lag_ms: 0,
  budget: 0,
};

/** From 10 ms to 10 minutes, each order of magnitude as likely as the next. */
const DELAY_MS = { least: 10, orders: 4.78 } as const;

const TASK_FATES: readonly TaskFate[] = ["never_starts", "twice", "abandoned"];
const WRITE_FATES: readonly ServiceFate[] = [
  "rejects",
  "silent_before",
  "silent_after",
  "throws_before",
  "throws_after",
  "late",
  "vague",
  "strange_answer",
  "strange_refusal",
];
const LOOK_UP_FATES: readonly ServiceFate[] = ["vague", "vague", "throws", "strange_answer"];

export const randomHazards = (random: Random, odds: Odds): Hazards => {
  let left = odds.budget;
  let over = false;
  const strikes = (probability: number): boolean => {
    if (over || left === 0 || !random.chance(probability)) return false;
    left -= 1;
    return true;
  };
  return {
    get over() {
      return over;
    },
    stop: () => {
      over = true;
    },
    call: ({ writes }: PortCall): CallFate => {
      if (strikes(odds.death)) return random.chance(0.5) ? "dies_before" : "dies_after";
      if (strikes(odds.throttle)) return "throttled";
      // A read whose reply is lost is one that was never made.
      if (writes && strikes(odds.lost_reply)) return "reply_lost";
      return "done";
    },
    delay: () =>
      !over && random.chance(odds.delay) ? Math.floor(DELAY_MS.least * 10 ** (random.next() * DELAY_MS.orders)) : 0,
    task: () => (strikes(odds.task) ? random.pick(TASK_FATES) : "runs"),
    service: (_tool_name, side) => {
      if (!strikes(odds.service)) return "commits";
      return random.pick(side === "look_up" ? LOOK_UP_FATES : WRITE_FATES);
    },
    skew: () => (over ? 0 : random.between(-odds.largest_skew_ms, odds.largest_skew_ms)),
    indexLag: () => (over ? 0 : random.below(odds.index_lag_ms + 1)),
  };
};
