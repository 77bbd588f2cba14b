import { describe, expect, it } from "vitest";
import { MARKS_KEPT } from "../../functions/tools/world/stored-record.ts";
import type { Author, World } from "../../functions/tools/world/world.ts";

const outside: Author = { by: "somebody", mark: null };
const byCall = (key: string, output = `output of ${key}`): Author => ({
  by: `exec_1/s1 (${key})`,
  mark: { side: "forward", key, output, undo: null },
});
const forward = (key: string) => ({ side: "forward", key }) as const;

/** The promises of every sandbox world. */
export const worldSuite = (name: string, makeWorld: () => Promise<World>): void => {
  describe(`the sandbox world ${name}`, () => {
    it("the sandbox world has no record before one is written, and says version 0", async () => {
      const world = await makeWorld();
      expect(await world.read("things", "t1")).toBeUndefined();
      expect(await world.standing("things", "t1", forward("k"))).toEqual({
        record: undefined,
        version: 0,
        mark: undefined,
        forgetful: false,
      });
    });

    it("the sandbox world reads back what was written, with a growing version and who wrote each field", async () => {
      const world = await makeWorld();
      await world.write("things", "t1", { a: 1, b: { deep: [null, "x"] } }, 0, outside);
      await world.write("things", "t1", { a: 2, b: { deep: [null, "x"] } }, 1, byCall("k1"));
      expect(await world.read("things", "t1")).toEqual({
        collection: "things",
        id: "t1",
        value: { a: 2, b: { deep: [null, "x"] } },
        version: 2,
        writers: { a: "exec_1/s1 (k1)", b: "somebody" },
      });
    });

    it("the sandbox world refuses a write that expects another version, and changes nothing", async () => {
      const world = await makeWorld();
      await world.write("things", "t1", { a: 1 }, 0, outside);
      for (const expected of [0, 2]) {
        expect(await world.write("things", "t1", { a: 9 }, expected, byCall("k1"))).toBe("moved");
        expect(await world.remove("things", "t1", expected, byCall("k1"))).toBe("moved");
      }
      expect((await world.read("things", "t1"))?.value).toEqual({ a: 1 });
      expect((await world.standing("things", "t1", forward("k1"))).mark).toBeUndefined();
    });

    it("the sandbox world lets one of many writes made at once through", async () => {
      const world = await makeWorld();
      await world.write("things", "t1", { a: 0 }, 0, outside);
      const writes = Array.from({ length: 8 }, (_, n) => world.write("things", "t1", { a: n + 1 }, 1, byCall(`k${n}`)));
      const written = (await Promise.all(writes)).filter((result) => result === "written");
      expect(written).toHaveLength(1);
      expect((await world.read("things", "t1"))?.version).toBe(2);
    });

    it("the sandbox world knows a call by side and key once its write is there, also after other writes and after removal", async () => {
      const world = await makeWorld();
      await world.write("things", "t1", { a: 1 }, 0, byCall("k1"));
      await world.write("things", "t1", { a: 2 }, 1, outside);
      await world.remove("things", "t1", 2, outside);
      const { mark, record, version } = await world.standing("things", "t1", forward("k1"));
      expect([mark?.output, record, version]).toEqual(["output of k1", undefined, 3]);
      expect((await world.standing("things", "t1", { side: "compensation", key: "k1" })).mark).toBeUndefined();
    });

    it("the sandbox world admits that it forgets calls when a record has seen too many", async () => {
      const world = await makeWorld();
      for (let n = 0; n <= MARKS_KEPT; n += 1) await world.write("things", "t1", { a: n }, n, byCall(`k${n}`));
      const oldest = await world.standing("things", "t1", forward("k0"));
      expect([oldest.mark, oldest.forgetful]).toEqual([undefined, true]);
      expect((await world.standing("things", "t1", forward(`k${MARKS_KEPT}`))).mark).toBeDefined();
    });

    it("the sandbox world keeps the mark of the last call however large it is, at the cost of older ones", async () => {
      const world = await makeWorld();
      await world.write("things", "t1", { a: 1 }, 0, byCall("k1"));
      await world.write("things", "t1", { a: 2 }, 1, byCall("k2", "x".repeat(100_000)));
      expect((await world.standing("things", "t1", forward("k2"))).mark).toBeDefined();
      expect(await world.standing("things", "t1", forward("k1"))).toMatchObject({ mark: undefined, forgetful: true });
    });

    it("the sandbox world lists a collection by id, without removed records, and only ids with the prefix", async () => {
      const world = await makeWorld();
      for (const id of ["b2", "a1", "b1"]) await world.write("things", id, { id }, 0, outside);
      await world.write("other", "b9", { id: "b9" }, 0, outside);
      await world.remove("things", "b2", 1, outside);
      expect((await world.list("things")).map(({ id }) => id)).toEqual(["a1", "b1"]);
      expect((await world.list("things", { prefix: "b" })).map(({ id }) => id)).toEqual(["b1"]);
      expect(await world.list("nothing")).toEqual([]);
    });

    it("the sandbox world keeps what it was given apart from what the caller changes later", async () => {
      const world = await makeWorld();
      const value = { list: [1] };
      await world.write("things", "t1", value, 0, outside);
      value.list.push(2);
      expect((await world.read("things", "t1"))?.value).toEqual({ list: [1] });
    });
  });
};
