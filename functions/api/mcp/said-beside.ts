import { z } from "zod";
import { META_PREFIX } from "../../../shared/contracts/offer/offered-tool.ts";
import { callRequest } from "../../../shared/plan/call-request.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { readAs } from "../http/read-as.ts";
import type { Problem } from "../schemas.ts";

const { confidence, rationale, goal, wait_seconds } = callRequest.shape;

/** Fields of `_meta` by which a client says more of a call than its arguments; each begins with `buddy/`. */
const saidBeside = z.strictObject({ confidence, rationale, goal, wait_seconds: wait_seconds.unwrap().optional() });
export type SaidBeside = z.infer<typeof saidBeside>;

/** The fields of `_meta` that are for Buddy; fields of others are theirs. A field of Buddy's that there is none of is refused. */
export const saidIn = (meta: Readonly<Record<string, unknown>> | undefined): Result<SaidBeside, Problem> => {
  const own = Object.entries(meta ?? {}).flatMap(([name, value]) =>
    name.startsWith(META_PREFIX) ? [[name.slice(META_PREFIX.length), value] as const] : [],
  );
  if (own.length === 0) return accept({});
  const read = readAs(saidBeside, Object.fromEntries(own), "/_meta");
  return read.ok ? read : refuse(read.refusal);
};
