import type { Metrics } from "../../../shared/ports/metrics.ts";

type Values = Parameters<Metrics["publish"]>[0];

/** Metrics that are only remembered. */
export const memoryMetrics = (): Metrics & { readonly published: readonly Values[] } => {
  const published: Values[] = [];
  return { published, publish: (values) => void published.push(values) };
};
