import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { worldTable } from "../../../functions/adapters/table/world.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { person } from "../../../functions/tools/world/people.ts";
import { seedWorld } from "../../../functions/tools/world/seed-world.ts";
import { tableWorld, tableWorldReader } from "../../../functions/tools/world/table-world.ts";
import { COLLECTIONS, type World } from "../../../functions/tools/world/world.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { snapshotOf } from "../../ports/sandbox-world.ts";
import { worldSuite } from "../../ports/world.ts";

const overTable = (): World => tableWorld(worldTable(memoryTable()));

worldSuite("in memory", async () => memoryWorld());
worldSuite("over a table", async () => overTable());

describe("the sandbox over a table", () => {
  it("the sandbox over a table has no record under an id that no key can hold", async () => {
    const world = overTable();
    for (const id of ["", "x".repeat(2_000), "\ud800"]) expect(await world.read("things", id)).toBeUndefined();
    expect(await world.list("things", { prefix: "x".repeat(2_000) })).toEqual([]);
  });

  it("the sandbox over a table refuses, before anything is sent, a record over the limit of an item", async () => {
    const large = { text: "x".repeat(500_000) };
    const write = overTable().write("things", "t1", large, 0, { by: "somebody", mark: null });
    await expect(write).rejects.toThrow(ToolFailure);
  });

  it("the sandbox over a table can be read through a table that has no way to write", async () => {
    const table = worldTable(memoryTable());
    await tableWorld(table).write("things", "t1", { a: 1 }, 0, { by: "somebody", mark: null });
    const reader = tableWorldReader({ get: table.get, list: table.list });
    expect((await reader.read("things", "t1"))?.value).toEqual({ a: 1 });
  });
});

describe("the seed", () => {
  it("the seed of the sandbox fills an empty world the same way everywhere, once", async () => {
    const [memory, table] = [memoryWorld(), overTable()];
    const written = await seedWorld(memory);
    expect(await seedWorld(memory)).toBe(0);
    expect(await seedWorld(table)).toBe(written);
    expect(await snapshotOf(table)).toEqual(await snapshotOf(memory));
  });

  it("the seed of the sandbox leaves alone what has changed since, and what was removed", async () => {
    const world = memoryWorld();
    await seedWorld(world);
    const author = { by: "somebody", mark: null };
    await world.write(COLLECTIONS.ghlContacts, "c1", { email: "changed@example.com" }, 1, author);
    await world.remove(COLLECTIONS.ghlContacts, "c2", 1, author);
    await seedWorld(world);
    expect((await world.read(COLLECTIONS.ghlContacts, "c1"))?.value).toEqual({ email: "changed@example.com" });
    expect(await world.read(COLLECTIONS.ghlContacts, "c2")).toBeUndefined();
  });

  it("the seed of the sandbox gives as many contacts as asked for, with addresses of their own", async () => {
    const world = memoryWorld();
    await seedWorld(world, { contacts: 400 });
    const contacts = await world.list(COLLECTIONS.ghlContacts);
    expect(new Set(contacts.map(({ value }) => value.email)).size).toBe(400);
  });

  it("the seed of the sandbox knows 2,660 people before one comes again", () => {
    const people = Array.from({ length: 2_660 }, (_, n) => person(n));
    expect(new Set(people.map(({ email }) => email)).size).toBe(2_660);
    expect(person(2_660)).toMatchObject({ email: person(0).email });
  });
});
