import { type CalibrationReport, calibrationOfWindow } from "../../shared/health/calibration.ts";
import type { Deps } from "../deps.ts";

/** A week, as for signals: long enough for agents that seldom act. */
const WINDOW_SECONDS = 7 * 86_400;

/** Each agent and each tool, as the last week shows them. It may lack the last minutes of other processes. */
export const currentCalibration = async (deps: Pick<Deps, "aggregates" | "clock">): Promise<CalibrationReport> =>
  calibrationOfWindow(await deps.aggregates.recent(WINDOW_SECONDS, deps.clock.now().toISOString()));
