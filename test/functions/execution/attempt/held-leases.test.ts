import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { freeKeptLeases, freeLeasesOf, keepLeases } from "../../../../functions/execution/attempt/held-leases.ts";
import type { LedgerRow } from "../../../../shared/execution/record/ledger-row.ts";
import { at, intent } from "../../../ports/records.ts";
import { ownContract } from "../../tools/contracts.ts";

const step = { execution_id: "e1", step_id: "s1" };
const contract = ownContract();
const contracts = { contract, undoing: contract };
const forward = intent({ ...step, arguments: { room_id: "r7" } });
const unknown = { status: "INDETERMINATE", at: at(5), output: null, error: "no answer", undo: null } as const;
const happened = { status: "COMMITTED", at: at(9), output: null, error: null, undo: null } as const;

/** A call of unknown outcome, whose lease is kept. */
const keptCall = async () => {
  const deps = { ...tablePorts(memoryTable()), clock: { now: () => new Date(at(10)) } };
  await deps.leases.acquire("room:r7", { ...step, until: at(60) }, at(0));
  await deps.ledger.intend(forward);
  const { row } = await deps.ledger.settle(forward, forward.epoch, "INTENT", unknown);
  expect(await keepLeases(deps, contracts, row)).toBe(true);
  const lease = async () => deps.leases.get("room:r7");
  expect((await lease())?.until.slice(0, 2)).toBe("21");
  const settle = (one: LedgerRow) => deps.ledger.settle(one, one.epoch, "INDETERMINATE", happened);
  return { deps, row, lease, settle };
};

describe("a lease that is kept for an unknown outcome", () => {
  it("a lease that is kept for an unknown outcome is freed when the outcome is known, and not before", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await freeKeptLeases(deps, contracts, step);
    expect(await lease()).toBeDefined();
    await settle(row);
    await freeKeptLeases(deps, contracts, step);
    expect(await lease()).toBeUndefined();
  });

  it("a lease kept for an unknown outcome is not what a roll back holds that began since, before its row in the ledger", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await settle(row);
    await deps.leases.acquire("room:r7", { ...step, until: at(90) }, at(10));
    await freeKeptLeases(deps, contracts, step);
    expect((await lease())?.until).toBe(at(90));
  });

  it("a lease kept for an unknown outcome is left alone while a compensation becomes unknown between two looks", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await settle(row);
    const compensation = { ...forward, side: "compensation" } as const;
    const overtaken = {
      ...deps.leases,
      get: async (key: string) => {
        await deps.ledger.intend(compensation);
        await deps.ledger.settle(compensation, compensation.epoch, "INTENT", unknown);
        return deps.leases.get(key);
      },
    };
    await freeKeptLeases({ ...deps, leases: overtaken }, contracts, step);
    expect(await lease()).toBeDefined();
  });

  it("a lease kept for an unknown outcome is not kept again by a function that comes late: a roll back may hold it", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await settle(row);
    await deps.leases.acquire("room:r7", { ...step, until: at(90) }, at(10));
    expect(await keepLeases(deps, contracts, row)).toBeUndefined();
    expect((await lease())?.until).toBe(at(90));
  });
});

describe("what a settled call holds", () => {
  it("the lease of a settled call is not freed by a function that is told, after looking, that somebody has gone on", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await settle(row);
    await freeLeasesOf(deps, contracts, [row], async () => false);
    expect(await lease()).toBeDefined();
    await freeLeasesOf(deps, contracts, [row], async () => true);
    expect(await lease()).toBeUndefined();
  });

  it("the lease of a settled call is not freed by a function that saw it before it was given anew", async () => {
    const { deps, row, lease, settle } = await keptCall();
    await settle(row);
    await freeLeasesOf(deps, contracts, [row], async () => {
      await deps.leases.acquire("room:r7", { ...step, until: at(90) }, at(10));
      return true;
    });
    expect((await lease())?.until).toBe(at(90));
  });
});
