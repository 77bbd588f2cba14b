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

/** Over HTTP; receivers of OTLP take both encodings at one address. */
const SPOKEN: ReadonlySet<string> = new Set(["", "http/json", "http/protobuf"]);

/** The words for a protocol that the variables ask for and nobody here speaks. */
const unspoken = (variables: TracingVariables): string | undefined => {
  const names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
  const [name = ""] = names.filter((each) => (variables[each] ?? "").trim() !== "");
  const protocol = (variables[name] ?? "").trim();
  return SPOKEN.has(protocol.toLowerCase())
    ? undefined
    : `${name} is ${protocol}, which is not spoken here: spans are sent as OTLP over HTTP (http/json), which collectors take at another port (4318)`;
};

/**
 * Tracing as the environment asks for it. Where it does not, no module of OpenTelemetry is loaded. `warn` is told of a
 * protocol that is not spoken here: calls are more than their spans, so it is no reason not to start.
 */
export const tracingOf = async (variables: TracingVariables, warn: (words: string) => void): Promise<Tracing> => {
  if (!isAskedFor(variables)) return noTracing;
  const fault = unspoken(variables);
  if (fault !== undefined) warn(fault);
  const { otlpTracing } = await import("./otlp.ts");
  return otlpTracing();
};
