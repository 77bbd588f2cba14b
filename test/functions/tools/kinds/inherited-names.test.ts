import { describe, expect, it } from "vitest";
import { changesOf, replacedWriters } from "../../../../functions/tools/kinds/changes.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";

const written = async (value: { [field: string]: string }) => {
  const world = memoryWorld();
  await world.write("things", "t1", { a: "1" }, 0, { by: "e1/s1 (ann)", mark: null });
  await world.write("things", "t1", value, 1, { by: "e2/s1 (bob)", of: {}, mark: null });
  return await world.read("things", "t1");
};

describe.each(["constructor", "toString", "valueOf"])("a field called %s, which every object inherits", (name) => {
  it(`a record that has no field called ${name} shows nothing there before it is set, written by nobody`, async () => {
    const record = await written({ a: "1" });
    const changes = changesOf("things", "t1", record, { [name]: "x" });
    expect(changes).toEqual([{ record: "things:t1", field: name, old: null, new: "x" }]);
    expect(replacedWriters(record, changes)).toBe("");
  });

  it(`a field called ${name} that is set is by who set it`, async () => {
    const record = await written({ a: "1", [name]: "x" });
    expect(record?.writers).toEqual({ a: "e1/s1 (ann)", [name]: "e2/s1 (bob)" });
  });
});
