import type { TelemetryName } from "../health/telemetry.ts";

/** Numbers for dashboards and alarms. Emitting them never fails, and nothing waits for it. */
export interface Metrics {
  /** Values of this moment, under their names and in the units that belong to them. */
  publish(values: { readonly [name in TelemetryName]?: number }): void;
}
