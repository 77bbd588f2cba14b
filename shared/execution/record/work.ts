import { z } from "zod";
import { workerGroup } from "../../contracts/binding/worker/worker-binding.ts";
import { agentId, stepId } from "../../plan/given-names.ts";
import { json, jsonObject } from "../../plan/json.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { ledgerSide } from "./ledger-row.ts";
import { traceparent } from "./trace-context.ts";

/** The task of a worker with a call. The first two change nothing, and come from who may change nothing. */
export const WORK_RUNGS = ["preview", "preview_undo", "call", "undo", "look_up"] as const;
export const workRung = z.enum(WORK_RUNGS);
export type WorkRung = z.infer<typeof workRung>;

export const isReadingRung = (rung: WorkRung): boolean => rung === "preview" || rung === "preview_undo";

/** The n-th time, from 1, that the call of a key is handed out on a rung. */
export type HandingOut = { readonly idempotency_key: string; readonly rung: WorkRung; readonly number: number };

export const callIdOf = ({ idempotency_key, rung, number }: HandingOut): string =>
  `${idempotency_key}.${rung}.${number}`;

export const callId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}\.[a-z_]{1,16}\.[1-9]\d{0,8}$/, "must be the id of a call that a worker was given");

/** The parts of a call's id; undefined where it is none. */
export const handingOutOf = (call_id: string): HandingOut | undefined => {
  const [idempotency_key = "", rung, number] = callId.safeParse(call_id).success ? call_id.split(".") : [];
  const known = workRung.safeParse(rung);
  return known.success ? { idempotency_key, rung: known.data, number: Number(number) } : undefined;
};

/** One call as a worker gets it. Times are ISO 8601. */
export const workCall = z.strictObject({
  /** Of this handing out: a call that is handed out again has the same idempotency key and another id. */
  call_id: z.string(),
  group: workerGroup,
  tool_name: identifier,
  rung: workRung,
  /** `compensation` where the undoing is meant: of a look-up, which of the two is asked about. */
  side: ledgerSide,
  arguments: jsonObject,
  /** Of an undoing: what the call's outcome left to undo it with. */
  undo: jsonObject.nullable(),
  idempotency_key: z.string(),
  /** Of an undoing: the key of the call that it undoes. */
  undoes: z.string().nullable(),
  execution_id: identifier,
  step_id: stepId,
  agent_id: agentId,
  /** W3C trace context that the call belongs to: a span of the worker's own goes below it. */
  traceparent: traceparent.exactOptional(),
  offered_at: z.string(),
  /** Nobody is given it any more from then on. */
  start_by: z.string(),
  /** Until when an answer counts as in time; work that has not begun by then must not begin. */
  deadline: z.string(),
});
export type WorkCall = z.infer<typeof workCall>;

const why = z.string().trim().min(1, "say why, for who reads it").max(4_000);

const committed = z.strictObject({
  outcome: z.literal("committed"),
  output: json.default(null),
  /** The values that undoing will need and only the call could tell. */
  undo: jsonObject.nullable().default(null),
});
/** It had no effect, and will have none. */
const rejected = z.strictObject({ outcome: z.literal("rejected"), error: why });
/** The worker cannot tell whether it had an effect. */
const indeterminate = z.strictObject({ outcome: z.literal("indeterminate"), error: why });
const NONE_OF_THEM = { error: "must be committed, rejected or indeterminate" };

/** The answer of a worker about a call. Of a look-up: `committed` it happened, `rejected` it did not. */
export const workOutcome = z.discriminatedUnion("outcome", [committed, rejected, indeterminate], NONE_OF_THEM);

/** The same as it is kept. `left_out`: what could not be, in words. */
export const keptOutcome = z.discriminatedUnion(
  "outcome",
  [committed.extend({ left_out: z.string().exactOptional() }), rejected, indeterminate],
  NONE_OF_THEM,
);
export type WorkOutcome = z.infer<typeof keptOutcome>;

/** An outcome with who told it, and when. */
export const workAnswer = z.strictObject({
  said: keptOutcome,
  worker: z.string(),
  at: z.string(),
  late: z.boolean(),
});
export type WorkAnswer = z.infer<typeof workAnswer>;

/** A worker's question for work. */
export const sighting = z.strictObject({
  group: workerGroup,
  worker: z.string(),
  tools: z.array(identifier),
  asked_at: z.string(),
});
export type Sighting = z.infer<typeof sighting>;

/** The worker that asked last for a tool; undefined where nobody did. */
export const lastAsked = (tool_name: string, seen: readonly Sighting[]): Sighting | undefined =>
  seen
    .filter(({ tools }) => tools.includes(tool_name))
    .reduce<Sighting | undefined>((last, each) => (last && last.asked_at >= each.asked_at ? last : each), undefined);

/** `no worker of group crm has asked for crm_note since ...`: why nobody makes a call. */
export const nobodyAsks = (group: string, tool_name: string, last: Sighting | undefined): string =>
  last === undefined
    ? `no worker of group ${group} has ever asked for ${tool_name}`
    : `no worker of group ${group} has asked for ${tool_name} since ${last.asked_at} (${last.worker})`;
