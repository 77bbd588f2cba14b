import type { Tracing } from "../../../shared/ports/tracing.ts";
import { noTracing } from "./none.ts";

/** Variables of the OpenTelemetry specification. */
export type TracingVariables = { readonly [name: string]: string | undefined };

/** Whether the usual variables ask for spans over OTLP. The specification has an empty one mean what an unset one does. */
const isAskedFor = (variables: TracingVariables): boolean => {
  const said = (name: string): string => (variables[name] ?? "").trim();
  const endpoint = said("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") || said("OTEL_EXPORTER_OTLP_ENDPOINT");
  const exporters = (said("OTEL_TRACES_EXPORTER") || "otlp").split(",").map((exporter) => exporter.trim());
  const isDisabled = said("OTEL_SDK_DISABLED").toLowerCase() === "true";
  return endpoint !== "" && !isDisabled && exporters.includes("otlp") && !exporters.includes("none");
};

/** Tracing as the environment asks for it. Where it does not, no module of OpenTelemetry is loaded. */
export const tracingOf = async (variables: TracingVariables): Promise<Tracing> => {
  if (!isAskedFor(variables)) return noTracing;
  const { otlpTracing } = await import("./otlp.ts");
  return otlpTracing();
};
