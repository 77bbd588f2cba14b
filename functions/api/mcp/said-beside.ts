import { z } from "zod";
import { isSaidByBuddy, META_PREFIX } from "../../../shared/contracts/offer/offered-tool.ts";
import { callRequest } from "../../../shared/plan/call-request.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { readAs } from "../http/read-as.ts";
import type { Problem } from "../schemas.ts";

const { confidence, rationale, goal, wait_seconds, goes_on_with } = callRequest.shape;

/** As the header of that name of `POST /calls`: a request that is sent twice is answered as one. */
const idempotency_key = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "must have 1 to 200 visible ASCII characters")
  .optional();

/** Of the contract that the tool was listed with: a new call is made of no other. */
const contract_hash = z.string().max(128).optional();

/** Fields of `_meta` by which a client says more of a call than its arguments, as they are called there. */
const inMeta = z.strictObject({
  "buddy/confidence": confidence,
  "buddy/rationale": rationale,
  "buddy/goal": goal,
  "buddy/wait_seconds": wait_seconds.unwrap().optional(),
  "buddy/goes_on_with": goes_on_with,
  "buddy/contract_hash": contract_hash,
  "buddy/idempotency_key": idempotency_key,
} satisfies Record<`${typeof META_PREFIX}${string}`, z.ZodType>);

const saidBeside = inMeta.transform((said) => ({
  confidence: said["buddy/confidence"],
  rationale: said["buddy/rationale"],
  goal: said["buddy/goal"],
  wait_seconds: said["buddy/wait_seconds"],
  goes_on_with: said["buddy/goes_on_with"],
  contract_hash: said["buddy/contract_hash"],
  idempotency_key: said["buddy/idempotency_key"],
}));
export type SaidBeside = Partial<z.infer<typeof saidBeside>>;

/** Taken of a client that gives back what stood beside the tool in its list, and of no effect. */
const isGivenBack = (field: string): boolean => isSaidByBuddy(field) && !Object.hasOwn(inMeta.shape, field);

/** The fields of `_meta` that are for Buddy; fields of others are theirs. A field of Buddy's that there is none of is refused. */
export const saidIn = (meta: Readonly<Record<string, unknown>> | undefined): Result<SaidBeside, Problem> => {
  const own = Object.entries(meta ?? {}).filter(([name]) => name.startsWith(META_PREFIX) && !isGivenBack(name));
  if (own.length === 0) return accept({});
  const read = readAs(inMeta, Object.fromEntries(own), "/_meta");
  return read.ok ? accept(saidBeside.parse(read.value)) : refuse(read.refusal);
};
