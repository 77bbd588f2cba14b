import { z } from "zod";
import type { Aggregate } from "../feedback/aggregate.ts";
import type { Anomaly } from "./anomalies.ts";
import { liveOutcomes } from "./live-outcomes.ts";
import { conflictRatio, decidedInTime, driftRatio, type Ratio, rollbackRatio } from "./ratios.ts";

export const HEALTH_STATUSES = ["EXCELLENT", "GOOD", "FAIR", "POOR"] as const;
export const healthStatus = z.enum(HEALTH_STATUSES);
export type HealthStatus = z.infer<typeof healthStatus>;

export const statusOfScore = (score: number): HealthStatus => {
  if (score >= 90) return "EXCELLENT";
  if (score >= 75) return "GOOD";
  return score >= 60 ? "FAIR" : "POOR";
};

export type ScoreComponent = {
  readonly name: "success" | "rollback" | "conflict" | "drift" | "approval";
  /** Points of 100 that it is worth, and how many of them are lost. */
  readonly points: number;
  readonly lost: number;
  readonly sample_size: number;
};

export type Score = {
  /** 0..100, two decimals, after the cap. */
  readonly score: number;
  /** The most that the anomalies allow. */
  readonly cap: number;
  readonly components: readonly ScoreComponent[];
  readonly costliest: ScoreComponent;
};

/** (successes + 1/2) / (trials + 1): the mean under the Jeffreys prior, so that no evidence counts as half. */
const estimate = (part: number, whole: number): number => (part + 0.5) / (whole + 1);

/** A ratio without a denominator scores as 0 where it harms. */
const harm = (ratio: Ratio): number => ratio.value ?? 0;

const capOf = (anomalies: readonly Pick<Anomaly, "severity">[]): number => {
  const worst = Math.max(0, ...anomalies.map((anomaly) => anomaly.severity));
  if (worst >= 8) return 59;
  return worst >= 6 ? 74 : 100;
};

/**
 * 100 x (0.30 success + 0.15 (1 - rollback) + 0.15 (1 - conflict) + 0.10 (1 - drift) + 0.30 approval), where success
 * and approval are estimates with half an observation on either side; capped at 59 by an anomaly of severity 8 or more,
 * at 74 by one of 6 or 7. A right rejection costs nothing: approval asks only whether people decided in time.
 * @returns null where there is nothing at all to judge by: half of everything would read as a verdict
 */
export const scoreOf = (window: Aggregate, anomalies: readonly Pick<Anomaly, "severity">[]): Score | null => {
  const live = liveOutcomes(window);
  const decided = decidedInTime(window);
  const rollback = rollbackRatio(window);
  const conflict = conflictRatio(window);
  const drift = driftRatio(window);
  const component = (
    name: ScoreComponent["name"],
    points: number,
    good: number,
    sample_size: number,
  ): ScoreComponent => ({ name, points, lost: points * (1 - good), sample_size });
  const success = component("success", 30, estimate(live.successes, live.trials), live.trials);
  const components = [
    success,
    component("rollback", 15, 1 - harm(rollback), rollback.sample_size),
    component("conflict", 15, 1 - harm(conflict), conflict.sample_size),
    component("drift", 10, 1 - harm(drift), drift.sample_size),
    component("approval", 30, estimate(decided.part, decided.whole), decided.whole),
  ];
  if (components.every(({ sample_size }) => sample_size === 0)) return null;
  const cap = capOf(anomalies);
  const lost = components.reduce((sum, { lost: points }) => sum + points, 0);
  const score = Math.max(0, Math.min(cap, Math.round((100 - lost) * 100) / 100));
  const costliest = components.reduce((most, each) => (each.lost > most.lost ? each : most), success);
  return { score, cap, components, costliest };
};
