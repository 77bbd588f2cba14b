import { z } from "zod";
import { META_PREFIX } from "../../../shared/contracts/offer/offered-tool.ts";
import { callRequest } from "../../../shared/plan/call-request.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { readAs } from "../http/read-as.ts";
import type { Problem } from "../schemas.ts";

const { confidence, rationale, goal, wait_seconds } = callRequest.shape;

/** Fields of `_meta` by which a client says more of a call than its arguments; each begins with `buddy/`. */
const saidBeside = z.strictObject({
  confidence,
  rationale,
  goal,
  wait_seconds: wait_seconds.unwrap().optional(),
  /** Of the contract that the tool was listed with: a call is made of no other. */
  contract_hash: z.string().max(128).optional(),
  /** As the header of that name of `POST /calls`: a request that is sent twice is answered as one. */
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "must have 1 to 200 visible ASCII characters")
    .optional(),
});
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
