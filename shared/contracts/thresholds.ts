import type { ExecutionConfig } from "../plan/config.ts";
import type { RiskLevel } from "./tool-contract.ts";

/** The least confidence for a mode by risk (the table of the ladder), before an execution's own threshold. */
export const CONFIDENCE_FROM = {
  LOW: { DRY_RUN: 0.5, LIVE: 0.7 },
  MEDIUM: { DRY_RUN: 0.65, LIVE: 0.8 },
  HIGH: { DRY_RUN: 0.8, LIVE: 0.85 },
} as const satisfies Record<RiskLevel, { DRY_RUN: number; LIVE: number }>;

/** Confidence a tool of this risk needs for LIVE: max(table, confidence_threshold_for_live), for LOW the table alone. */
export const liveThreshold = (
  risk: RiskLevel,
  config: Pick<ExecutionConfig, "confidence_threshold_for_live">,
): number =>
  risk === "LOW"
    ? CONFIDENCE_FROM.LOW.LIVE
    : Math.max(CONFIDENCE_FROM[risk].LIVE, config.confidence_threshold_for_live);
