import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { TracedCall, TracedEnd, Tracing } from "../../../shared/ports/tracing.ts";

/**
 * Spans by the official SDK, over OTLP/HTTP, as the variables of the specification say (endpoint, headers, sampler,
 * service name). An exporter that cannot be reached loses spans and holds up no call.
 */
export const otlpTracing = (): Tracing => {
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "buddy" }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("buddy");
  return {
    call: async (call, run, end) => {
      const parent = trace.setSpanContext(ROOT_CONTEXT, contextIn(call.parent));
      const options = { kind: SpanKind.INTERNAL, attributes: attributesOf(call) };
      const span = tracer.startSpan(`execute_tool ${call.tool_name}`, options, parent);
      try {
        const outcome = await run(traceparentOf(span.spanContext()));
        told(span, end(outcome));
        return outcome;
      } catch (error) {
        told(span, { ledger_status: null, error_type: error instanceof Error ? error.name : "Error" });
        throw error;
      } finally {
        span.end();
      }
    },
    flush: () => provider.forceFlush(),
    stop: () => provider.shutdown(),
  };
};

/** By the semantic conventions for generative AI; what they have no name for is Buddy's. */
const attributesOf = (call: TracedCall): Attributes => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": call.tool_name,
  "gen_ai.tool.type": "function",
  "gen_ai.tool.call.id": `${call.execution_id}/${call.step_id}`,
  "gen_ai.agent.id": call.agent_id,
  "buddy.execution_id": call.execution_id,
  "buddy.step_id": call.step_id,
  "buddy.state": call.mode,
  "buddy.side": call.side,
  "buddy.risk_level": call.risk_level,
  "buddy.contract_version": call.contract_version,
  "buddy.approved_by": [...call.approved_by],
  ...(call.preview_digest === null ? {} : { "buddy.preview_digest": call.preview_digest }),
});

const told = (span: Span, { ledger_status, error_type }: TracedEnd): void => {
  if (ledger_status !== null) span.setAttribute("buddy.ledger_status", ledger_status);
  if (error_type === null) return;
  span.setAttribute("error.type", error_type);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

const contextIn = (traceparent: string): SpanContext => {
  const [, traceId = "", spanId = "", flags = "00"] = traceparent.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
};

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
