import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DatabaseClosed } from "../../../local/database/failures.ts";
import { type DatabaseFile, openFile } from "../../../local/database/file.ts";
import { givingWay } from "../../../local/database/give-way.ts";
import { sqlRows } from "../../../local/database/sql-rows.ts";
import { fileStores } from "../../../local/database/stores.ts";
import { BodyLost } from "../../../shared/ports/bodies.ts";

let folder = "";
let file: DatabaseFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-file-"));
  file = await openFile(join(folder, "buddy.sqlite"));
});
afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

/** No turn is ever a long one. */
const never = (): undefined => undefined;

/** Table and bodies over a disk that says when it has what it was given. */
const slowDisk = () => {
  const asked: PromiseWithResolvers<void>[] = [];
  const toDisk = (): Promise<void> => {
    const brought = Promise.withResolvers<void>();
    asked.push(brought);
    return brought.promise;
  };
  return { ...fileStores({ ...file, toDisk }, (error) => error, never), asked };
};

/** Whether it has been answered by now. */
const answered = (promise: Promise<unknown>) => {
  const state = { yet: false };
  promise.then(
    () => {
      state.yet = true;
    },
    () => {
      state.yet = true;
    },
  );
  return state;
};

describe("a table in a file", () => {
  it.each(["a row", "all rows", "a body"])(
    "a table in a file does not answer thousands of questions for %s in one turn, as long as somebody else waits",
    async (what) => {
      let milliseconds = 0;
      const clock = (): number => {
        milliseconds += 1;
        return milliseconds;
      };
      const { table, bodies } = fileStores(file, (error) => error, givingWay(clock));
      const [ref] = await Promise.all([bodies.put("e1/outputs", { n: 1 }), table.put({ pk: "p", sk: "s" })]);
      const asks = {
        "a row": () => table.get({ pk: "p", sk: "s" }),
        "all rows": () => table.query("p"),
        "a body": () => bodies.get(ref),
      }[what];
      let answered = 0;
      const reading = (async () => {
        for (; answered < 3_000; answered += 1) await asks?.();
      })();
      await setImmediate();
      expect(answered).toBeLessThan(1_000);
      await reading;
      expect(answered).toBe(3_000);
    },
  );

  it("a table in a file answers nobody before what they wrote is on disk, nor who has seen it", async () => {
    const { table, asked } = slowDisk();
    const written = answered(table.put({ pk: "p", sk: "s", n: 1 }));
    const seen = answered(table.get({ pk: "p", sk: "s" }));
    const refused = answered(table.put({ pk: "p", sk: "s" }, { is: "absent", attribute: "pk" }));
    expect(await table.get({ pk: "q", sk: "s" })).toBeUndefined();
    await setImmediate();
    expect([written.yet, seen.yet, refused.yet]).toEqual([false, false, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect([written.yet, seen.yet, refused.yet]).toEqual([true, true, true]);
  });

  it("a table in a file brings the writes of one turn to the disk together, and those that came meanwhile after them", async () => {
    const { table, asked } = slowDisk();
    const first = Array.from({ length: 20 }, (_, n) => table.put({ pk: `p${n}`, sk: "s" }));
    await setImmediate();
    const second = Array.from({ length: 3 }, (_, n) => table.update({ pk: `p${n}`, sk: "s" }, { add: { n: 1 } }));
    await setImmediate();
    const third = table.delete({ pk: "p0", sk: "s" });
    await setImmediate();
    expect(asked).toHaveLength(1);
    asked[0]?.resolve();
    expect(await Promise.all(first)).toHaveLength(20);
    await setImmediate();
    expect(asked).toHaveLength(2);
    asked[1]?.resolve();
    expect(await Promise.all([...second, third])).toHaveLength(4);
  });

  it("a table in a file takes back everything of a turn in which the disk became full, and keeps what it had answered", async () => {
    const { table } = fileStores(file, (error) => error);
    await table.put({ pk: "p", sk: "before", n: 1 });
    const pages = Number(file.db.prepare("PRAGMA page_count").get()?.page_count);
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const body = "x".repeat(200_000);
    const outcomes = await Promise.allSettled([
      table.update({ pk: "p", sk: "before" }, { add: { n: 1 } }),
      table.put({ pk: "p", sk: "large", body }),
      table.get({ pk: "p", sk: "before" }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(outcomes[2]).toMatchObject({ value: { n: 1 } });
    expect(outcomes[1]).toMatchObject({ reason: { errcode: 13 } });
    expect(await table.query("p")).toEqual([{ pk: "p", sk: "before", n: 1 }]);
    file.db.exec("PRAGMA max_page_count = 1000000");
    expect(await table.put({ pk: "p", sk: "large", body })).toBe("written");
    expect(
      sqlRows(file.db)
        .query("p", {})
        .map(({ sk }) => sk),
    ).toEqual(["before", "large"]);
  });

  it("a table in a file answers nothing any more once the disk has failed: nobody knows what it holds", async () => {
    const { table, asked } = slowDisk();
    const [first, later] = [table.put({ pk: "p", sk: "s" }), table.get({ pk: "p", sk: "s" })];
    await setImmediate();
    asked[0]?.reject(new Error("EIO: i/o error, fdatasync"));
    await expect(first).rejects.toThrow("EIO");
    await expect(later).rejects.toThrow("EIO");
    await expect(table.get({ pk: "q", sk: "s" })).rejects.toThrow("EIO");
    await expect(table.put({ pk: "q", sk: "s" })).rejects.toThrow("EIO");
  });

  it("a table in a file has a body in its log before it answers, and on disk with the first record that is written after it", async () => {
    const { table, bodies, asked } = slowDisk();
    const put = bodies.put("e1", { amount: 1 });
    expect(file.db.isTransaction).toBe(true);
    const ref = await put;
    expect(file.db.isTransaction).toBe(false);
    expect(await bodies.get(ref)).toEqual({ amount: 1 });
    expect(asked).toEqual([]);
    const record = answered(table.put({ pk: "p", sk: "s", body: ref.key }));
    await setImmediate();
    expect([asked.length, record.yet]).toEqual([1, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect(record.yet).toBe(true);
  });

  it("a table in a file answers no body whose turn was taken back, and takes it again", async () => {
    const { table, bodies } = fileStores(file, (error) => error);
    const pages = Number(file.db.prepare("PRAGMA page_count").get()?.page_count);
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const outcomes = await Promise.allSettled([
      bodies.put("e1", "small"),
      table.put({ pk: "p", sk: "large", body: "x".repeat(200_000) }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    file.db.exec("PRAGMA max_page_count = 1000000");
    expect(await bodies.get(await bodies.put("e1", "small"))).toBe("small");
  });

  it("a table in a file takes no body any more once the disk has failed, or at its end", async () => {
    const { table, bodies, asked } = slowDisk();
    const written = table.put({ pk: "p", sk: "s" });
    await setImmediate();
    asked[0]?.reject(new Error("EIO: i/o error, fdatasync"));
    await expect(written).rejects.toThrow("EIO");
    await expect(bodies.put("e1", 1)).rejects.toThrow("EIO");
    const ended = fileStores(file, (error) => error);
    await ended.end();
    await expect(ended.bodies.put("e1", 1)).rejects.toThrow(DatabaseClosed);
  });

  it("a table in a file says of a body that was changed, or is none any more, that it is lost", async () => {
    const { bodies } = fileStores(file, (error) => error);
    const ref = await bodies.put("e1", { amount: 1 });
    file.db.exec(`UPDATE bodies SET text = '{"amount":2}'`);
    await expect(bodies.get(ref)).rejects.toThrow(new BodyLost(ref.key, "changed"));
    file.db.exec(`UPDATE bodies SET text = '{"amo'`);
    await expect(bodies.get(ref)).rejects.toThrow(new BodyLost(ref.key, "changed"));
    file.db.exec("DELETE FROM bodies");
    await expect(bodies.get(ref)).rejects.toThrow(new BodyLost(ref.key, "missing"));
  });

  it("a table in a file answers at its end what it was asked before, and refuses what comes later", async () => {
    const { table, end } = fileStores(file, (error) => error);
    const asked = Array.from({ length: 20 }, (_, n) => table.put({ pk: "p", sk: String(n) }));
    await end();
    expect(await Promise.all(asked)).toEqual(asked.map(() => "written"));
    await expect(table.get({ pk: "p", sk: "1" })).rejects.toThrow(DatabaseClosed);
    expect(sqlRows(file.db).query("p", {})).toHaveLength(20);
  });
});

describe("work that belongs together", () => {
  it("work that belongs together goes on while its writes are on their way to the disk, and is over when they are there", async () => {
    const { table, pace, asked } = slowDisk();
    const went: string[] = [];
    const work = answered(
      pace.together(async () => {
        await table.put({ pk: "p", sk: "1" });
        went.push("first");
        await table.put({ pk: "q", sk: "2" });
        went.push("second");
      }),
    );
    await setImmediate();
    expect([went, work.yet]).toEqual([["first", "second"], false]);
    asked[0]?.resolve();
    await setImmediate();
    expect(work.yet).toBe(true);
  });

  it("work that belongs together keeps no disk busy before it is over, and waits for it once then", async () => {
    const { table, pace, asked } = slowDisk();
    const goOn = Promise.withResolvers<void>();
    const work = answered(
      pace.together(async () => {
        for (const sk of ["1", "2", "3"]) {
          await table.put({ pk: "p", sk });
          await setImmediate();
        }
        await goOn.promise;
      }),
    );
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    expect([asked.length, sqlRows(file.db).query("p", {}).length]).toEqual([0, 3]);
    goOn.resolve();
    await setImmediate();
    expect([asked.length, work.yet]).toEqual([1, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect([asked.length, work.yet]).toEqual([1, true]);
  });

  it("writes that nobody waits for are brought to the disk a moment later", async () => {
    const { table, pace, asked } = slowDisk();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await pace.unhurried(() => table.put({ pk: "p", sk: "1" }));
    await setImmediate();
    expect(asked).toEqual([]);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(asked).toHaveLength(1);
    asked[0]?.resolve();
  });

  it("work that belongs together keeps others waiting who see what it wrote", async () => {
    const { table, pace, asked } = slowDisk();
    await pace.unhurried(() => table.put({ pk: "p", sk: "1" }));
    const seen = answered(table.get({ pk: "p", sk: "1" }));
    const apart = answered(pace.unhurried(() => pace.apart(() => table.get({ pk: "p", sk: "1" }))));
    await setImmediate();
    expect([seen.yet, apart.yet]).toEqual([false, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect([seen.yet, apart.yet]).toEqual([true, true]);
  });

  it("work waits before it goes on apart: what acts outside comes after everything that was written before it", async () => {
    const { table, pace, asked } = slowDisk();
    const went: string[] = [];
    void pace.unhurried(async () => {
      await table.put({ pk: "p", sk: "1" });
      await pace.apart(async () => void went.push("outside"));
    });
    await setImmediate();
    expect(went).toEqual([]);
    asked[0]?.resolve();
    await setImmediate();
    expect(went).toEqual(["outside"]);
  });

  it("work that belongs together has a body in the transaction of the record that names it, and waits for both", async () => {
    const { table, bodies, pace, asked } = slowDisk();
    const work = answered(
      pace.together(async () => {
        const ref = await bodies.put("e1", { amount: 1 });
        expect(file.db.isTransaction).toBe(true);
        await table.put({ pk: "p", sk: "1", body: ref.key });
        expect(file.db.isTransaction).toBe(true);
        return bodies.put("e1", { amount: 2 });
      }),
    );
    await setImmediate();
    expect([asked.length, work.yet]).toEqual([1, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect([asked.length, work.yet]).toEqual([1, true]);
  });

  it("work that belongs together waits for a body that it wrote last", async () => {
    const { bodies, pace, asked } = slowDisk();
    const work = answered(pace.together(() => bodies.put("e1", { amount: 1 })));
    await setImmediate();
    expect([asked.length, work.yet]).toEqual([1, false]);
    asked[0]?.resolve();
    await setImmediate();
    expect(work.yet).toBe(true);
  });

  it("work that belongs together writes no record of a body that was taken back with its turn, however soon", async () => {
    const { table, bodies, pace } = fileStores(file, (error) => error);
    const pages = Number(file.db.prepare("PRAGMA page_count").get()?.page_count);
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const work = pace.together(async () => {
      const { key } = await bodies.put("e1", "small");
      return table.put({ pk: "p", sk: "s", body: key });
    });
    const other = table.put({ pk: "p", sk: "large", body: "x".repeat(200_000) });
    const outcomes = await Promise.allSettled([work, other]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    file.db.exec("PRAGMA max_page_count = 1000000");
    await setImmediate();
    expect(sqlRows(file.db).query("p", {})).toEqual([]);
  });

  it("work that belongs together is told of a write that could not be kept", async () => {
    const { table, pace, asked } = slowDisk();
    const failed = new Error("the disk is gone");
    const work = pace.together(() => table.put({ pk: "p", sk: "1" }));
    const refused = expect(work).rejects.toThrow(failed);
    await setImmediate();
    asked[0]?.reject(failed);
    await refused;
    await expect(table.get({ pk: "p", sk: "1" })).rejects.toThrow(failed);
  });
});
