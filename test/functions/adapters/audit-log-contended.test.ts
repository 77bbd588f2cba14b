import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { auditLog } from "../../../functions/adapters/table/audit-log.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { waitFor } from "../../../functions/tools/timer.ts";
import { Contended, growingPauses } from "../../../shared/ports/contention.ts";
import { virtualTime } from "../../harness/virtual-time.ts";
import { at, numbers } from "../../ports/records.ts";

/** Each answer is so long on its way. */
const WAY_MS = 10;

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Numbers from 0 to 1 that look drawn, the same ones each time. */
const drawn = () => {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

const apart = () => {
  const time = virtualTime(at(0));
  const table = memoryTable();
  const wait = (milliseconds: number) => waitFor(time.timer, milliseconds);
  const slow: Table = {
    ...table,
    put: async (item, condition) => {
      await wait(WAY_MS);
      return table.put(item, condition);
    },
    query: async (pk, query) => {
      const found = await table.query(pk, query);
      await wait(WAY_MS);
      return found;
    },
  };
  const pauses = growingPauses(wait, drawn());
  return { time, wait, table, process: () => auditLog(slow, pauses) };
};

const noted = (n: number) => ({ type: "noted", at: at(0), actor: "p", body: { n } });

describe("a chain that many processes append to", () => {
  it("a chain that many processes append to at one moment has a place for each", async () => {
    const { time, table, process } = apart();
    const appends = numbers(150).map((n) => process().append("operators", "operators", noted(n)));
    const all = Promise.allSettled(appends);
    await settle();
    await time.pass(30, settle);
    expect((await all).filter(({ status }) => status === "rejected")).toEqual([]);
    expect(await auditLog(table).chain("operators", "operators")).toHaveLength(150);
  });

  it("a chain that many processes append to has a place for who came first, though others keep coming", async () => {
    const { time, wait, process } = apart();
    const first = process().append("operators", "operators", noted(0));
    const others = numbers(200).map(async (n) => {
      await wait(n * 3 * WAY_MS);
      return process().append("operators", "operators", noted(n));
    });
    const all = Promise.allSettled([first, ...others]);
    await settle();
    await time.pass(60, settle);
    expect((await all).filter(({ status }) => status === "rejected")).toEqual([]);
  });

  it("a chain that many processes append to is given up within a request's time where no place in it is ever free", async () => {
    const { time, process, table } = apart();
    const taken: Table = { ...table, put: async () => "moved" };
    const pauses: number[] = [];
    const between = growingPauses(async (milliseconds) => void pauses.push(milliseconds), drawn());
    await expect(auditLog(taken, between).append("operators", "operators", noted(1))).rejects.toThrow(Contended);
    const waited = pauses.reduce((sum, each) => sum + each, 0);
    expect(waited).toBeGreaterThan(10_000);
    expect(waited).toBeLessThan(15_000);
    // Nobody behind it in the line is kept by it.
    const next = process().append("operators", "operators", noted(2));
    await settle();
    await time.pass(1, settle);
    expect(await next).toMatchObject({ seq: 1 });
  });

  it("a chain in which no place is ever free is given up in half a second by who may wait only briefly, whoever stands in line before it", async () => {
    const { time, wait, table } = apart();
    const taken: Table = { ...table, put: async () => "moved" };
    const log = auditLog(taken, growingPauses(wait, drawn()));
    const patient = log.append("operators", "operators", noted(1)).catch((error: unknown) => error);
    const brief = log
      .appendOnce("operators", "operators", noted(2), () => false, { briefly: true })
      .catch((error: unknown) => error);
    await settle();
    await time.pass(1, settle);
    expect(await brief).toBeInstanceOf(Contended);
    await time.pass(60, settle);
    expect(await patient).toBeInstanceOf(Contended);
  });
});
