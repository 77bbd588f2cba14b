import { z } from "zod";
import { type BodyRef, bodyRef } from "../../shared/execution/step-record.ts";
import { isJsonObject, type Json } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";
import { bodyPrefix } from "./step-context.ts";

/**
 * A tool's answer as it can be recorded. Text that is no Unicode text (half a surrogate pair) cannot be hashed, and the
 * call has been made by then: it is mended here, where it comes in, rather than lost with the outcome.
 */
export const recordable = (output: Json): Json => {
  if (typeof output === "string") return output.toWellFormed();
  if (Array.isArray(output)) return output.map(recordable);
  if (!isJsonObject(output)) return typeof output === "number" && !Number.isFinite(output) ? null : output;
  return Object.fromEntries(Object.entries(output).map(([key, value]) => [key.toWellFormed(), recordable(value)]));
};

/** A ledger row is one item of at most 400 KB, with arguments and what undoes them beside the output. */
const MAX_INLINE_BYTES = 65_536;

const kept = z.strictObject({ $body: bodyRef });

/** The output as the ledger holds it: itself, or a reference where it is large. */
export const toLedger = async (deps: Pick<Deps, "bodies">, execution_id: string, output: Json): Promise<Json> => {
  const clean = recordable(output);
  if (Buffer.byteLength(JSON.stringify(clean)) <= MAX_INLINE_BYTES) return clean;
  const { key, digest } = await deps.bodies.put(bodyPrefix(execution_id, "outputs"), clean);
  return { $body: { key, digest } };
};

/** The body of an output that the ledger holds. */
export const bodyOfLedger = async (
  deps: Pick<Deps, "bodies">,
  execution_id: string,
  output: Json,
): Promise<BodyRef> => {
  const reference = kept.safeParse(output);
  return reference.success ? reference.data.$body : deps.bodies.put(bodyPrefix(execution_id, "outputs"), output);
};
