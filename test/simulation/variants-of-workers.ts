import { offersTo } from "../../functions/adapters/table/keys/of-work.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { perform } from "../../simulation/people/operators.ts";
import { GROUP } from "../../simulation/service/worked.ts";
import type { Broken, Circumstances } from "./broken.ts";

const ONE_WORKED_CALL: Circumstances = {
  workers: true,
  odds: { death: 0, throttle: 0, lost_reply: 0, task: 0, service: 0 },
  draw: () => [{ name: "one call that a worker does", plans: [[{ id: "s1", tool: "put_opaque", thing: "a" }]] }],
};

/** Somebody aborts the execution as soon as its call is offered to workers. */
const STOPPED_WHILE_IT_WAITS: Circumstances = {
  ...ONE_WORKED_CALL,
  prepare: (world) => {
    world.onWritten(({ before, after }) => {
      if (before !== undefined || after?.pk !== offersTo("work", GROUP)) return;
      perform(world, { kind: "abort", execution_id: "x1" }).catch((error: unknown) => world.scheduler.fail(error));
    });
  },
};

/** The way of a call to workers and back, with one thing broken. */
export const BROKEN_WORKERS: readonly Broken[] = [
  {
    what: "calls that are handed to workers without another look at what stops them",
    caught_by: "stopped-unfetched",
    variant: {
      fetch:
        ({ work, clock }) =>
        async ({ tools }, { name }) =>
          (await work.acts.take(GROUP, tools, name, clock.now().toISOString())) ?? null,
    },
    circumstances: STOPPED_WHILE_IT_WAITS,
  },
  {
    what: "calls that are given to every worker who asks",
    caught_by: "one-call",
    variant: {
      table: (table) => ({
        ...table,
        update: (key, change, condition) =>
          table.update(key, change, key.pk.startsWith(PARTITIONS.work) ? undefined : condition),
        // A call that was taken goes on being offered.
        delete: async (key, condition) =>
          key.pk === offersTo("work", GROUP) ? "deleted" : table.delete(key, condition),
      }),
    },
    circumstances: ONE_WORKED_CALL,
  },
];
