import { keptOutput } from "../../../shared/execution/record/kept-output.ts";
import type { BodyRef } from "../../../shared/execution/record/step-record.ts";
import type { Json } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";
import { bodyPrefix } from "./step-context.ts";

/** A ledger row is one item of at most 400 KB, with arguments and what undoes them beside the output. */
const MAX_INLINE_BYTES = 65_536;

/**
 * The output as the ledger holds it: itself, or a reference where it is large. One that looks like a reference is kept
 * as a body too: what a tool answers never names the body of another.
 */
export const toLedger = async (deps: Pick<Deps, "bodies">, execution_id: string, output: Json): Promise<Json> => {
  const fits = Buffer.byteLength(JSON.stringify(output)) <= MAX_INLINE_BYTES;
  if (fits && !keptOutput.safeParse(output).success) return output;
  const { key, digest } = await deps.bodies.put(bodyPrefix(execution_id, "outputs"), output);
  return { $body: { key, digest } };
};

/** The body of an output that the ledger holds. */
export const bodyOfLedger = async (
  deps: Pick<Deps, "bodies">,
  execution_id: string,
  output: Json,
): Promise<BodyRef> => {
  const reference = keptOutput.safeParse(output);
  return reference.success ? reference.data.$body : deps.bodies.put(bodyPrefix(execution_id, "outputs"), output);
};

/** The same of a call of another execution, which a duplicate takes over: among its own, as everything that it refers to. */
export const bodyOfAnother = async (
  deps: Pick<Deps, "bodies">,
  execution_id: string,
  output: Json,
): Promise<BodyRef> => {
  const reference = keptOutput.safeParse(output);
  const whole = reference.success ? await deps.bodies.get(reference.data.$body) : output;
  return deps.bodies.put(bodyPrefix(execution_id, "outputs"), whole);
};
