import type { Json } from "../../shared/plan/json.ts";
import { DATA_LIMIT_EXCEEDED, StateError } from "./errors.ts";

/** Bytes in UTF-8 that Step Functions takes as the input, the result or the output of a state. */
export const MAX_STATE_BYTES = 262_144;

/**
 * The data of a state, which Step Functions would take too.
 * @throws StateError, which no state catches, of more than it takes
 */
export const stateData = <Data extends Json>(what: string, data: Data): Data => {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes <= MAX_STATE_BYTES) return data;
  throw new StateError(DATA_LIMIT_EXCEEDED, `${what} has ${bytes} bytes, more than the ${MAX_STATE_BYTES} of a state`);
};
