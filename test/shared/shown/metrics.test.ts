import { expect, it } from "vitest";
import { metricInWords } from "../../../shared/shown/metrics.ts";

it.each([
  ["tool_success_rate", 0.9756, { name: "tool success rate", figure: "97.6 %" }],
  ["rollback_frequency", 0, { name: "rollback frequency", figure: "0 %" }],
  ["execution_latency_ms", 6.4, { name: "execution latency", figure: "6 ms" }],
  ["system_health_score", 87.52, { name: "system health score", figure: "87.5" }],
  ["approval_rate", null, { name: "approval rate", figure: "no evidence" }],
])(
  "the metric %s of %s is told with its unit, and without a figure where there is no evidence",
  (name, value, told) => {
    expect(metricInWords(name, value)).toEqual(told);
  },
);
