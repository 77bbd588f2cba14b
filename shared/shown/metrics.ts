/** Proportions; what is none of these is a time, or the score. */
const UNITS: Readonly<Record<string, "ms" | "points">> = { execution_latency_ms: "ms", system_health_score: "points" };

const figureOf = (name: string, value: number): string => {
  switch (UNITS[name]) {
    case "ms":
      return `${Math.round(value)} ms`;
    case "points":
      return String(Math.round(value * 10) / 10);
    default:
      return `${Math.round(value * 1_000) / 10} %`;
  }
};

/** A metric as people read it: `tool success rate` and `97.5 %`; `no evidence` where there was nothing to divide by. */
export const metricInWords = (
  name: string,
  value: number | null,
): { readonly name: string; readonly figure: string } => ({
  name: name.replace(/_ms$/u, "").replaceAll("_", " "),
  figure: value === null ? "no evidence" : figureOf(name, value),
});
