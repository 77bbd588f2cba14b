import { z } from "zod";
import { digestOf } from "../../plan/digest.ts";

/** W3C Trace Context, version 00: the trace that a request belongs to, and the span that it was sent from. */
export const traceparent = z
  .string()
  .regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, "must be a traceparent of version 00");

/**
 * Of a higher version, what version 00 knows of it: trace, span, and flags, which end there or are followed by fields
 * that are not known here. Version ff is forbidden.
 */
const HIGHER = /^(?!00|ff)[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?:-|$)/;

/** The only flag that may be read in a higher version. */
const SAMPLED = 1;

/**
 * A trace context that came with a request, in version 00, the highest that is spoken here; one that is none is left
 * aside, as the standard has it.
 */
export const traceparentIn = (given: unknown): string | undefined =>
  traceparent.safeParse(typeof given === "string" ? spokenHere(given) : given).data;

const spokenHere = (given: string): string => {
  const { trace, span, flags = "" } = HIGHER.exec(given)?.groups ?? {};
  if (trace === undefined) return given;
  const sampled = Number.parseInt(flags, 16) & SAMPLED;
  return `00-${trace}-${span}-0${sampled}`;
};

type Traced = { readonly execution_id: string; readonly traceparent?: string };

/**
 * The trace context that everything of an execution belongs to, in whatever process and however much later: that of the
 * request which brought it, else one of its own.
 */
export const traceOf = ({ execution_id, traceparent: given }: Traced): string =>
  given ?? `00-${ownTrace(execution_id)}-${spanId([execution_id])}-01`;

/** The trace context to send along with a call of a step, where no span of it is kept: one that is the same each time. */
export const traceOfStep = (execution: Traced, step_id: string): string => {
  const { execution_id, traceparent: given } = execution;
  const [version, trace, , flags] = given === undefined ? ["00", ownTrace(execution_id), "", "01"] : given.split("-");
  return `${version}-${trace}-${spanId([execution_id, step_id])}-${flags}`;
};

const ownTrace = (execution_id: string): string => digestOf("trace", execution_id).slice(0, 32);

const spanId = (place: readonly string[]): string => digestOf("span", [...place]).slice(0, 16);
