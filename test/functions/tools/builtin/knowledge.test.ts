import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { knowledge as tableKnowledge } from "../../../../functions/adapters/table/knowledge.ts";
import { noBuiltin } from "../../../../functions/tools/builtin/builtin-adapter.ts";
import { knowledgeSearch } from "../../../../functions/tools/builtin/knowledge/search.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { type Entry, entry } from "../../../../shared/contracts/knowledge/entry.ts";
import { contractFrom, templateOf } from "../../../../shared/contracts/templates/index.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { Knowledge } from "../../../../shared/ports/knowledge.ts";
import { note } from "../../../ports/knowledge.ts";
import { toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "./vendor-tools.ts";

const contractOf = (tool: string) => {
  const template = templateOf(tool);
  const made = template.ok ? contractFrom(template.value, {}) : template;
  if (!made.ok) throw new Error(made.refusal);
  return defined(made.value);
};
const memory = contractOf("memory_search");
const goals = contractOf("goal_query");

const goal = (id: string, title: string, changes: JsonObject = {}): Entry => {
  const kept = { shelf: "goals", agent_id: null, kept_by: "alice", kept_at: "2026-11-28T12:00:00Z" };
  return entry.parse({ ...kept, id, title, ...changes });
};

const shelf = async (...entries: Entry[]) => {
  const knowledge = tableKnowledge(memoryTable());
  for (const each of entries) await knowledge.put(each, 10_000);
  return knowledge;
};

const toolsOver = (knowledge: Knowledge, contract = memory) => {
  const ways = { builtin: { ...noBuiltin, search: knowledgeSearch(knowledge) } };
  const world = memoryWorld();
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world, { ways }).adapterFor(contract),
    live: liveToolbox(world, { ways }).adapterFor(contract),
  };
};

const NOTES = [
  note("n1", { text: "Ann prefers mail to phone calls" }),
  note("n2", { text: "Bo is called Robert by nobody", tags: ["vip"] }),
  note("n3", { agent_id: "agent_1", text: "Ann's invoices are paid by her mother" }),
  note("n4", { agent_id: "agent_2", text: "Ann's password hint is her dog" }),
];
const GOALS = [
  goal("g1", "Answer every inbound mail"),
  goal("g2", "Close the Lindner deal", { status: "done", progress: 1 }),
  goal("g3", "Answer agent two", { agent_id: "agent_2" }),
];

const some = fc.option(fc.constantFrom("Ann", "mail", "nobody knows", "{$arg}"));
const given = (args: { readonly [name: string]: string | null }): JsonObject =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
for (const contract of [memory, goals]) {
  toolAdapterSuite({
    contract,
    runs: 5,
    arguments: fc.record({ query: some }).map(given),
    makePlace: async () => {
      const knowledge = await shelf(...NOTES, ...GOALS);
      const all = async () => (await knowledge.entries({ shelf: "memory", agent_id: null })).items;
      return {
        ...toolsOver(knowledge, contract),
        snapshot: async () => Object.fromEntries((await all()).map((each) => [each.id, { kept_at: each.kept_at }])),
        difference: () => [],
        overwrite: async () => undefined,
        effects: () => 0,
        marks: {},
        looksUp: { forward: true, compensation: true },
      };
    },
  });
}

const found = async (knowledge: Knowledge, args: JsonObject, contract = memory) =>
  (await toolsOver(knowledge, contract).dryRun.preview(toolCall(contract, args))).output;

describe("a search of memory", () => {
  it("a search of memory finds the agent's own notes and those of all agents, the best first, and nothing of another agent's", async () => {
    const knowledge = await shelf(...NOTES);
    expect(await found(knowledge, { query: "ann mail" })).toMatchObject({
      total: 2,
      entries: [{ memory_id: "n1" }, { memory_id: "n3" }],
      memory_id: "n1",
      text: "Ann prefers mail to phone calls",
    });
    expect(await found(knowledge, { query: "password hint dog" })).toMatchObject({ total: 0, entries: [] });
    expect(JSON.stringify(await found(knowledge, {}))).not.toContain("password");
    expect(await found(knowledge, { query: "VIP" })).toMatchObject({ total: 1, memory_id: "n2" });
    expect(await found(knowledge, { query: "preferes" })).toMatchObject({ total: 1, memory_id: "n1" });
  });

  it("a search of memory gives the same notes in the same order and in pages, and no single best of two that are alike", async () => {
    const knowledge = await shelf(...["b", "a", "d", "c"].map((id) => note(id, { text: "the same words" })));
    expect(await found(knowledge, { query: "same words", limit: 2, offset: 1 })).toMatchObject({
      total: 4,
      entries: [{ memory_id: "b" }, { memory_id: "c" }],
    });
    expect(await found(knowledge, { query: "same" })).not.toHaveProperty("memory_id");
  });

  it("a search of memory finds nothing where nothing is kept, and no more what was removed or said otherwise", async () => {
    const knowledge = await shelf();
    const { dryRun } = toolsOver(knowledge);
    const total = async () => (await dryRun.preview(toolCall(memory, { query: "Ann" }))).output;
    expect(await total()).toMatchObject({ total: 0 });
    await knowledge.put(note("n1", { text: "Ann" }), 10);
    expect(await total()).toMatchObject({ total: 1 });
    await knowledge.put(note("n1", { text: "Bo" }), 10);
    expect(await total()).toMatchObject({ total: 0 });
    await knowledge.put(note("n2", { text: "Ann" }), 10);
    await knowledge.remove({ shelf: "memory", agent_id: null }, "n2");
    expect(await total()).toMatchObject({ total: 0 });
  });

  it.each([
    "__proto__ constructor",
    "* OR 1=1 --",
    "\u0000\uFFFF\u{1F600}",
    "({[^$]})+?.*",
    "a ".repeat(5_000),
    "x".repeat(50_000),
  ])("a search of memory takes any words for words: %j", async (query) => {
    expect(await found(await shelf(note("n1", { text: "constructor __proto__ 👍" })), { query })).toHaveProperty(
      "total",
    );
  });

  it("a search of memory reads ten thousand notes once, and again only when one of them changed", async () => {
    const table = memoryTable();
    const kept = tableKnowledge(table);
    for (let n = 0; n < 10_000; n += 1)
      await kept.put(note(`n${n}`, { text: `contact ${n} lives in street ${n % 97}` }), 10_000);
    let reads = 0;
    const counting: Knowledge = {
      ...kept,
      entries: (place, page) => {
        reads += 1;
        return kept.entries(place, page);
      },
    };
    const { dryRun } = toolsOver(counting);
    const search = () => dryRun.preview(toolCall(memory, { query: "contact 4711" }));
    expect((await search()).output).toMatchObject({ memory_id: "n4711", entries: { length: 5 } });
    await search();
    expect(reads).toBe(2);
    await kept.put(note("n4711", { text: "moved" }), 10_000);
    expect((await search()).output).not.toHaveProperty("memory_id", "n4711");
    expect(reads).toBe(4);
  });
});

describe("a query of goals", () => {
  it("a query of goals gives those that the agent works towards, by words, by id or by how they stand", async () => {
    const knowledge = await shelf(...GOALS);
    expect(await found(knowledge, {}, goals)).toMatchObject({
      total: 2,
      goals: [{ goal_id: "g1" }, { goal_id: "g2" }],
    });
    expect(await found(knowledge, { status: "done" }, goals)).toMatchObject({ total: 1, goal_id: "g2" });
    expect(await found(knowledge, { query: "answer" }, goals)).toMatchObject({ total: 1, goal_id: "g1" });
    expect(await found(knowledge, { goal_id: "g3" }, goals)).toMatchObject({ total: 0, goals: [] });
  });
});
