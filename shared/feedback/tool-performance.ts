import type { ModeAggregate } from "./aggregate-schema.ts";
import { MIN_SAMPLE, probabilityBelow, rateBounds } from "./bounds.ts";
import { entryOf } from "./counts.ts";
import { callsBeside, type LatencyAggregate, meanMs, percentileBucket, percentileMs } from "./latency.ts";
import { type Finding, percent, type SignalRule } from "./learning-signal.ts";

/** From this share of its timeout on, a tool's slow calls (95th percentile) are about to be cut off. */
const NEAR_TIMEOUT = 0.8;
const MODES = ["DRY_RUN", "LIVE"] as const;

/** How long a tool's calls take, by mode: against its own history, and against its contract's timeout. */
export const toolPerformance: SignalRule = ({ now, history, total, contracts }) =>
  Object.entries(now.tools).flatMap(([tool_name, current]) =>
    MODES.flatMap((mode) => {
      const before = entryOf(history.tools, tool_name)?.modes[mode].latency;
      const all = entryOf(total.tools, tool_name)?.modes[mode];
      const contract = contracts.get(tool_name);
      if (current.modes[mode].latency.calls === 0 || all === undefined) return [];
      return [
        ...(before === undefined ? [] : againstHistory(tool_name, mode, current.modes[mode].latency, before)),
        ...(contract === undefined ? [] : againstTimeout(tool_name, mode, all, contract.timeout_seconds * 1000)),
      ];
    }),
  );

/**
 * A sign test without assumptions on the distribution: slower when more than half of the calls now are slower than the
 * bucket of the former median, by the lower bound of that share; faster likewise. A change within a bucket (a factor of
 * up to the square root of two) is not seen.
 */
const againstHistory = (
  tool_name: string,
  mode: string,
  now: LatencyAggregate,
  before: LatencyAggregate,
): Finding[] => {
  const median = percentileBucket(before, 0.5);
  if (median === undefined || now.calls < MIN_SAMPLE || before.calls < MIN_SAMPLE) return [];
  const { above, below } = callsBeside(now, median);
  const change = above >= below ? "slower" : "faster";
  const changed = Math.max(above, below);
  const limits = rateBounds(changed, now.calls);
  if (limits.lower <= 0.5) return [];
  const rate = changed / now.calls;
  return [
    {
      subject: `${mode}:history`,
      tool_name,
      insight: `${tool_name} is ${change} than before in ${mode}: ${changed} of ${now.calls} calls (${percent(rate)}) were ${change} than the former median of ${percentileMs(before, 0.5)} ms`,
      recommended_action:
        change === "slower"
          ? `plan more time for ${tool_name}, or another tool for the same end`
          : `plan less time for ${tool_name}`,
      confidence: 1 - probabilityBelow(0.5, changed, now.calls),
      target_phase: 19,
      evidence: {
        sample_size: now.calls,
        rates: { [change]: rate },
        bounds: { [change]: limits },
        details: { mode, now: latencyDetails(now), before: latencyDetails(before) },
      },
    },
  ];
};

const againstTimeout = (tool_name: string, mode: string, all: ModeAggregate, timeout_ms: number): Finding[] => {
  const { latency, timed_out } = all;
  const slow = percentileBucket(latency, 0.95);
  const p95 = percentileMs(latency, 0.95);
  if (slow === undefined || p95 === null || latency.calls < MIN_SAMPLE || p95 < NEAR_TIMEOUT * timeout_ms) return [];
  const near = latency.calls - callsBeside(latency, slow).below;
  const rate = timed_out / latency.calls;
  return [
    {
      subject: `${mode}:timeout`,
      tool_name,
      insight: `${tool_name} comes close to its timeout in ${mode}: 95 % of ${latency.calls} calls end within ${p95} ms, its contract allows ${timeout_ms} ms; ${timed_out} timed out`,
      recommended_action: `raise the timeout in the contract of ${tool_name}, or ask it for less at once`,
      // That more than the 5 % beyond a 95th percentile are this slow.
      confidence: 1 - probabilityBelow(0.05, near, latency.calls),
      target_phase: 19,
      evidence: {
        sample_size: latency.calls,
        rates: { timed_out: rate },
        bounds: { timed_out: rateBounds(timed_out, latency.calls) },
        details: { mode, timeout_ms, p95_of_timeout: p95 / timeout_ms, all: latencyDetails(latency) },
      },
    },
  ];
};

const latencyDetails = (latency: LatencyAggregate): Record<string, number | null> => ({
  calls: latency.calls,
  mean_ms: meanMs(latency),
  p50_ms: percentileMs(latency, 0.5),
  p95_ms: percentileMs(latency, 0.95),
  min_ms: latency.min_ms,
  max_ms: latency.max_ms,
});
