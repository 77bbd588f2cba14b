import type { Tracing } from "../../../shared/ports/tracing.ts";
import { noTracing } from "./none.ts";

/** Variables of the OpenTelemetry specification. */
export type TracingVariables = { readonly [name: string]: string | undefined };

/** Whether the usual variables ask for spans over OTLP. */
const isAskedFor = (variables: TracingVariables): boolean => {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER = "otlp" } = variables;
  const endpoint = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT ?? "";
  return endpoint.trim() !== "" && OTEL_SDK_DISABLED?.toLowerCase() !== "true" && OTEL_TRACES_EXPORTER === "otlp";
};

/** Tracing as the environment asks for it. Where it does not, no module of OpenTelemetry is loaded. */
export const tracingOf = async (variables: TracingVariables): Promise<Tracing> => {
  if (!isAskedFor(variables)) return noTracing;
  const { otlpTracing } = await import("./otlp.ts");
  return otlpTracing();
};
