import pMap from "p-map";
import { waitsFor } from "../../../shared/execution/order/waiting-in-line.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { Deps } from "../../deps.ts";
import type { Loaded } from "../../records/documents.ts";

const CONCURRENT_READS = 16;

/** Free slots of the tools that steps wait for a slot of. */
export const freeSlots = async (
  deps: Pick<Deps, "semaphores">,
  { submission }: Loaded,
  records: Iterable<StepRecord>,
  now: string,
): Promise<ReadonlyMap<string, number>> => {
  const tools = [...records].flatMap((record) => waitsFor(record, now).slot_of ?? []);
  const limits = [...new Set(tools)].flatMap((tool_name) => {
    const limit = submission.contractOf.get(tool_name)?.max_concurrent;
    return limit === undefined ? [] : [{ tool_name, limit }];
  });
  return new Map(
    await pMap(
      limits,
      async ({ tool_name, limit }) => [tool_name, await deps.semaphores.free(tool_name, limit, now)] as const,
      { concurrency: CONCURRENT_READS },
    ),
  );
};

/** Steps that wait for a lease which is free, and whose turn it is to take it. */
export const turnsOf = async (
  deps: Pick<Deps, "leases">,
  records: Iterable<StepRecord>,
  now: string,
): Promise<ReadonlySet<string>> => {
  const waiting = [...records].flatMap((record) => {
    const { lease } = waitsFor(record, now);
    return lease === undefined ? [] : [{ record, lease }];
  });
  const keys = [...new Set(waiting.map(({ lease }) => lease))];
  const turns = await pMap(keys, async (key) => [key, await deps.leases.turn(key, now)] as const, {
    concurrency: CONCURRENT_READS,
  });
  const firstOf = new Map(turns);
  const isFirst = ({ record: { execution_id, step_id }, lease }: (typeof waiting)[number]): boolean => {
    const first = firstOf.get(lease);
    return first?.execution_id === execution_id && first.step_id === step_id;
  };
  return new Set(waiting.filter(isFirst).map(({ record }) => record.step_id));
};
