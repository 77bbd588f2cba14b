import { z } from "zod";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import { compareAndSet } from "../../shared/ports/contention.ts";
import type { ToolCall } from "../../shared/ports/tools.ts";
import { ownField, sameValue } from "./world/stored-record.ts";
import { COLLECTIONS, type World, type WorldReader, type WorldRecord } from "./world/world.ts";

export const FAILING_RUNGS = ["mock", "preview", "call", "compensate", "look_up"] as const;
export type FailingRung = (typeof FAILING_RUNGS)[number];

/**
 * A failure on purpose, for demonstrations and tests. `reject` is a documented refusal without effect; the two
 * `time_out_` kinds answer at once as a call does that never answered, one without effect and one after it; `throw` is a
 * surprise; `slow` waits `delay_ms` and then goes on.
 */
export const plannedFailure = z
  .strictObject({
    failure_id: identifier,
    tool_name: identifier,
    /** Only calls whose arguments have these values; null for every call. */
    arguments: jsonObject.nullable().default(null),
    rung: z.enum(FAILING_RUNGS),
    kind: z.enum(["reject", "time_out_before", "time_out_after_effect", "throw", "slow"]),
    /** How many calls fail; null: all of them. */
    times: z.number().int().positive().nullable(),
    delay_ms: z.number().int().nonnegative().default(0),
    message: z.string().default("failed on purpose"),
  })
  .refine(({ rung, times }) => times === null || (rung !== "mock" && rung !== "preview"), {
    path: ["times"],
    error: "must be null for mock and preview: what cannot write cannot count",
  });
export type PlannedFailure = z.infer<typeof plannedFailure>;

/** Which failure, if any, the next call on a rung meets. */
export interface FailurePlan {
  next(rung: FailingRung, call: ToolCall): Promise<PlannedFailure | undefined>;
}

export const noFailures: FailurePlan = { next: async () => undefined };

/** For functions that cannot write: failures that last. */
export const lastingFailures = (reader: WorldReader): FailurePlan => ({
  next: async (rung, call) =>
    (await matching(reader, rung, call)).find(({ failure }) => failure.times === null)?.failure,
});

/** Counts down: of calls made at once no more fail than were planned to. */
export const countedFailures = (world: World): FailurePlan => ({
  next: async (rung, call) => {
    for (const { failure, record } of await matching(world, rung, call)) {
      if (failure.times === null || (await tookOne(world, failure, record))) return failure;
    }
    return undefined;
  },
});

/** Those who plan failures, and the calls that count them down, are a handful. */
const TURNS = 50;

/** Plans a failure; one of the same id is replaced. @throws Contended */
export const planFailure = async (world: World, failure: PlannedFailure): Promise<void> => {
  await compareAndSet(`planned failure ${failure.failure_id}`, TURNS, async () => {
    const version = await versionOf(world, failure.failure_id);
    return world.write(COLLECTIONS.failures, failure.failure_id, plannedFailure.parse(failure), version, BY_PLAN);
  });
};

/** Takes back every planned failure. @throws Contended */
export const clearFailures = async (world: World): Promise<void> => {
  await compareAndSet("the failure plan", TURNS, async () => {
    for (const { id, version } of await world.list(COLLECTIONS.failures)) {
      const removed = await world.remove(COLLECTIONS.failures, id, version, BY_PLAN);
      if (removed === "moved") return removed;
    }
    return "cleared";
  });
};

const BY_PLAN = { by: "the failure plan", mark: null } as const;

const versionOf = async (world: World, id: string): Promise<number> =>
  (await world.standing(COLLECTIONS.failures, id, { side: "forward", key: "" })).version;

type Planned = { readonly failure: PlannedFailure; readonly record: WorldRecord };

const matching = async (reader: WorldReader, rung: FailingRung, call: ToolCall): Promise<Planned[]> =>
  (await reader.list(COLLECTIONS.failures))
    .map((record) => ({ record, failure: plannedFailure.parse(record.value) }))
    .filter(({ failure }) => failure.rung === rung && failure.tool_name === call.contract.tool_name)
    .filter(({ failure }) => agrees(failure.arguments ?? {}, call.arguments));

const agrees = (wanted: JsonObject, args: JsonObject): boolean =>
  Object.entries(wanted).every(([name, value]) => sameValue(ownField(args, name), value));

/** The last one removes the plan; somebody else being faster means that this one is not left. @throws Contended */
const tookOne = (world: World, failure: PlannedFailure, record: WorldRecord): Promise<boolean> => {
  let planned: Planned | undefined = { failure, record };
  return compareAndSet(`planned failure ${failure.failure_id}`, TURNS, async () => {
    if (planned === undefined) return false;
    const { id, version } = planned.record;
    const left = (planned.failure.times ?? 0) - 1;
    const written =
      left > 0
        ? await world.write(COLLECTIONS.failures, id, { ...planned.failure, times: left }, version, BY_PLAN)
        : await world.remove(COLLECTIONS.failures, id, version, BY_PLAN);
    if (written === "written") return true;
    const now = await world.read(COLLECTIONS.failures, id);
    planned = now && { failure: plannedFailure.parse(now.value), record: now };
    return "moved";
  });
};
