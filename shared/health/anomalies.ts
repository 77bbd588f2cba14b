import { z } from "zod";
import type { Aggregate } from "../feedback/aggregate.ts";
import { MIN_SAMPLE } from "../feedback/bounds.ts";
import { conflictRatio, driftRatio, type Ratio, rollbackRatio, successRatio } from "./ratios.ts";

export const anomalyType = z.enum(["unsafe_escalation", "repeated_failures", "high_rollback", "high_conflict"]);
export type AnomalyType = z.infer<typeof anomalyType>;

export const anomaly = z.strictObject({
  anomaly_type: anomalyType,
  severity: z.number().int().min(1).max(10),
  value: z.number(),
  threshold: z.number(),
  sample_size: z.number().int().nonnegative(),
  description: z.string(),
});
export type Anomaly = z.infer<typeof anomaly>;

type AnomalyRule = {
  readonly anomaly_type: AnomalyType;
  readonly severity: number;
  readonly ratio: (window: Aggregate) => Ratio;
  readonly side: "above" | "below";
  readonly threshold: number;
  readonly what: string;
};

export const ANOMALY_RULES: readonly AnomalyRule[] = [
  {
    anomaly_type: "unsafe_escalation",
    severity: 7,
    ratio: driftRatio,
    side: "above",
    threshold: 0.4,
    what: "confidence of LIVE calls less their success rate",
  },
  {
    anomaly_type: "repeated_failures",
    severity: 8,
    ratio: successRatio,
    side: "below",
    threshold: 0.5,
    what: "success rate of LIVE calls",
  },
  {
    anomaly_type: "high_rollback",
    severity: 6,
    ratio: rollbackRatio,
    side: "above",
    threshold: 0.3,
    what: "share of committed calls that were compensated",
  },
  {
    anomaly_type: "high_conflict",
    severity: 8,
    ratio: conflictRatio,
    side: "above",
    threshold: 0.5,
    what: "share of steps that conflicts changed or left unresolved",
  },
];

/** The anomalies of the window, in the order of the rules. A sample below `MIN_SAMPLE` is no anomaly. */
export const anomaliesOf = (window: Aggregate): Anomaly[] =>
  ANOMALY_RULES.flatMap(({ ratio, side, what, ...rule }) => {
    const { value, sample_size } = ratio(window);
    if (value === null || sample_size < MIN_SAMPLE) return [];
    const beyond = side === "above" ? value > rule.threshold : value < rule.threshold;
    if (!beyond) return [];
    const description = `${what} is ${value.toFixed(2)} over ${sample_size}, ${side} ${rule.threshold}`;
    return [{ ...rule, value, sample_size, description }];
  });
