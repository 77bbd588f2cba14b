import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import type { Item } from "../../../functions/adapters/table/item.ts";
import { bucketKey, leaseKey, semaphoreKey } from "../../../functions/adapters/table/keys/of-calls.ts";
import { stepKey } from "../../../functions/adapters/table/keys/of-executions.ts";
import { leases } from "../../../functions/adapters/table/leases.ts";
import { locks } from "../../../functions/adapters/table/locks.ts";
import { semaphores } from "../../../functions/adapters/table/semaphores.ts";
import { steps } from "../../../functions/adapters/table/steps.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { tokenBuckets } from "../../../functions/adapters/table/token-buckets.ts";
import { newStepRecord, transit } from "../../../shared/execution/record/step-event.ts";

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();
const holder = (name: string, until = 1_000) => ({ execution_id: name, step_id: "s1", until: at(until) });

/** A table on which somebody else comes first, once: between what was read and the n-th write that follows. */
const overtaken = (table: Table, write: number, first: () => Promise<unknown>): Table => {
  let writes = 0;
  return {
    ...table,
    update: async (key, change, condition) => {
      writes += 1;
      if (writes === write) await first();
      return table.update(key, change, condition);
    },
  };
};

const countOf = (item: Item | undefined, prefix: string): number =>
  Object.keys(item ?? {}).filter((name) => name.startsWith(prefix)).length;

const ticketsAgree = async (table: Table): Promise<void> => {
  const item = await table.get(leaseKey("k"));
  expect(Number(item?.tickets ?? 0)).toBe(countOf(item, "ticket#"));
};

describe("a lease", () => {
  it("a lease is taken by one of two attempts that find it is their turn", async () => {
    const table = memoryTable();
    const held = await leases(table).acquire("k", holder("a"), at(0));
    await leases(table).acquire("k", holder("b"), at(0));
    if (held.kind === "held") await leases(table).release(held.lease, at(0));
    const racing = overtaken(table, 2, () =>
      table.update(leaseKey("k"), {
        set: { until_ms: START + 900_000, body: JSON.stringify({ key: "k", ...holder("z", 900) }) },
        add: { epoch: 1 },
      }),
    );
    expect((await leases(racing).acquire("k", holder("b"), at(1))).kind).toBe("busy");
  });

  it("a lease keeps the place of a call that asks again while the place is being dropped as lapsed", async () => {
    const table = memoryTable();
    const held = await leases(table).acquire("k", holder("a"), at(0));
    await leases(table).acquire("k", holder("d"), at(0));
    await leases(table).acquire("k", holder("b"), at(50));
    if (held.kind === "held") await leases(table).release(held.lease, at(50));
    // d's place has lapsed: b, whose turn it is, drops it with its own.
    const racing = overtaken(table, 2, () => leases(table).acquire("k", holder("d"), at(70)));
    expect((await leases(racing).acquire("k", holder("b"), at(70))).kind).toBe("held");
    expect(countOf(await table.get(leaseKey("k")), "ticket#d")).toBe(1);
    await ticketsAgree(table);
  });

  it("a lease counts a place once that was dropped while its owner asked again", async () => {
    const table = memoryTable();
    await leases(table).acquire("k", holder("a"), at(0));
    await leases(table).acquire("k", holder("b"), at(0));
    const racing = overtaken(table, 2, () => leases(table).acquire("k", holder("e"), at(100)));
    await leases(racing).acquire("k", holder("b"), at(100));
    await ticketsAgree(table);
  });

  it("a lease counts a place once that its owner asks for twice at the same moment", async () => {
    const table = memoryTable();
    await leases(table).acquire("k", holder("a"), at(0));
    const racing = overtaken(table, 2, () => leases(table).acquire("k", holder("b"), at(1)));
    await leases(racing).acquire("k", holder("b"), at(1));
    await ticketsAgree(table);
  });
});

describe("a lock", () => {
  const lock = (locked_by: string) => ({
    lock_id: "everything",
    scope: { kind: "everything" as const },
    mode: "stop_forward" as const,
    reason: "r",
    locked_by,
    locked_at: at(0),
  });
  /** Somebody replaces the lock between what was read and the write that follows. */
  const replacedBefore = (table: Table): Table => {
    const replace = async () => {
      await locks(table).place(lock("another"), lock("first"));
    };
    return {
      ...table,
      put: (item, condition) => replace().then(() => table.put(item, condition)),
      delete: (key, condition) => replace().then(() => table.delete(key, condition)),
    };
  };

  it.each([
    ["replaced", (racing: Table) => locks(racing).place(lock("late"), lock("first"))],
    ["removed", (racing: Table) => locks(racing).remove(lock("first"))],
  ])("a lock that another has taken the place of is not %s by who read the one before", async (_, act) => {
    const table = memoryTable();
    await locks(table).place(lock("first"));
    expect(await act(replacedBefore(table))).toBe(false);
    expect(await locks(table).all()).toEqual([lock("another")]);
  });
});

describe("a slot", () => {
  it("a slot that was given back while its holder asked again is counted as it is held", async () => {
    const table = memoryTable();
    await semaphores(table).acquire("t", 2, holder("a", 10), at(0));
    const racing = overtaken(table, 2, () => semaphores(table).release("t", holder("a", 10)));
    expect(await semaphores(racing).acquire("t", 2, holder("a", 20), at(1))).toBe("acquired");
    const item = await table.get(semaphoreKey("t"));
    expect(Number(item?.held)).toBe(countOf(item, "holder#"));
  });

  it("a slot that nobody asks for leaves nothing behind when somebody is told of it", async () => {
    const table = memoryTable();
    await semaphores(table).told("t", "e1");
    expect(await table.get(semaphoreKey("t"))).toBeUndefined();
  });
});

describe("a token bucket that a clock far ahead has emptied", () => {
  it("a token bucket that a clock far ahead has emptied is begun anew once: a token taken since stays taken", async () => {
    const table = memoryTable();
    const rate = { limit: 10, window_seconds: 60 };
    await tokenBuckets(table).take("s", rate, at(172_800));
    const racing = overtaken(table, 1, async () => {
      await tokenBuckets(table).take("s", rate, at(0));
      expect(await tokenBuckets(table).take("s", rate, at(6))).toBe(0);
    });
    await tokenBuckets(racing).take("s", rate, at(0));
    expect(Number((await table.get(bucketKey("s")))?.full_at_us)).toBe((START + 66_000) * 1_000);
  });
});

describe("a step whose record cannot be read", () => {
  it("a step whose record cannot be read stays as somebody has put it right while another makes it anew", async () => {
    const table = memoryTable();
    const { append, createAll, get } = steps(table);
    const first = newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, at(0));
    await createAll([first]);
    const once = transit(first, { event: "mock_succeeded", at: at(1), actor: "buddy", reason: null, changes: {} });
    await append(once);
    const damaged = { ...stepKey("e1", "s1"), seq: 1, body: "{" };
    await table.put(damaged);
    const next = { event: "previewed", at: at(2), actor: "buddy", reason: null, changes: {} } as const;
    const twice = transit(once.record, next);
    let late = false;
    const racing: Table = {
      ...table,
      put: async (item, condition) => {
        // Between the look at the damaged one and the write in its place another has made it anew and moved it.
        if (!late) {
          late = true;
          await get("e1", "s1");
          await append(twice);
        }
        return table.put(item, condition);
      },
    };
    await steps(racing).get("e1", "s1");
    const [standing] = await steps(table).all("e1");
    expect(standing?.seq).toBe(twice.record.seq);
  });
});
