import { expect, it, vi } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { contractList } from "../../../functions/api/schemas.ts";
import { checkSubmission } from "../../../functions/api/submit/check-submission.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import { harness, updatePlan } from "./harness.ts";

it("a submission reads the contracts of the tools that it names, and never every contract there is", async () => {
  const h = await harness();
  const all = vi.spyOn(h.deps.contracts, "all");
  const get = vi.spyOn(h.deps.contracts, "get");
  expect(await checkSubmission(h.deps)(updatePlan("p1"), "alice")).toMatchObject({ ok: true });
  expect(all).not.toHaveBeenCalled();
  expect(get.mock.calls.map(([name]) => name)).toEqual(["ghl_search", "ghl_update_contact"]);
});

/** Rows that a table hands out, and the questions that it is asked. */
const counting = (table: Table) => {
  const asked = { questions: 0, rows: 0 };
  const counted: Table = {
    ...table,
    get: async (key) => {
      asked.questions += 1;
      asked.rows += 1;
      return table.get(key);
    },
    query: async (pk, options) => {
      const rows = await table.query(pk, options);
      asked.questions += 1;
      asked.rows += rows.length;
      return rows;
    },
  };
  return { counted, asked };
};

const readFor = async (extra: number, body: unknown) => {
  const { counted, asked } = counting(memoryTable());
  const ports = tablePorts(counted);
  const h = await harness({ contracts: ports.contracts });
  const [first] = await ports.contracts.all();
  for (let n = 0; first !== undefined && n < extra; n += 1) {
    for (const version of [1, 2]) await ports.contracts.put({ ...first, tool_name: `tool_${n}`, version });
  }
  Object.assign(asked, { questions: 0, rows: 0 });
  expect(await checkSubmission(h.deps)(body, "alice")).toMatchObject({ ok: true });
  return { ...asked };
};

it("a submission reads as many rows with 1,500 contracts as with fourteen, however many tools it names", async () => {
  expect(await readFor(1_486, updatePlan("p1"))).toEqual(await readFor(0, updatePlan("p1")));
  const steps = Array.from({ length: 120 }, (_, n) => ({
    ...{ step_id: `s${n}`, agent_id: "agent_1", tool_name: `tool_${n}`, confidence: 0.9 },
    arguments: {},
  }));
  const many = { plan_id: "p1", agents: [{ agent_id: "agent_1", permissions: [] }], steps };
  const few = await readFor(120, many);
  expect(await readFor(1_486, many)).toEqual(few);
  expect(few.rows).toBeLessThanOrEqual(steps.length);
});

it("of a contract with a thousand versions the list reads a few, and shows the newest", async () => {
  const { counted, asked } = counting(memoryTable());
  const { contracts } = tablePorts(counted);
  const h = await harness({ contracts });
  const [first] = await contracts.all();
  for (let version = 1; first !== undefined && version <= 1_000; version += 1) {
    await contracts.put({ ...first, tool_name: "often_changed", version });
  }
  Object.assign(asked, { questions: 0, rows: 0 });
  const { contracts: listed } = contractList.parse(await (await h.get("/contracts")).json());
  expect(listed.find(({ tool_name }) => tool_name === "often_changed")?.version).toBe(1_000);
  expect(listed).toHaveLength(standardContracts().length + 1);
  expect(asked.rows).toBeLessThan(400);
});

it("a submission that names a tool which is not there is told the near name", async () => {
  const h = await harness();
  const body = JSON.parse(JSON.stringify(updatePlan("p1")).replaceAll("ghl_update_contact", "ghl_update_contct"));
  expect(JSON.stringify(await checkSubmission(h.deps)(body, "alice"))).toContain("ghl_update_contact");
});

it("a contract that is put reads the tool that undoes it, and never every contract there is", async () => {
  const h = await harness();
  const all = vi.spyOn(h.deps.contracts, "all");
  const reads = {
    risk_level: "LOW",
    reversible: true,
    timeout_seconds: 5,
    requires_approval: false,
    approvals_required: 0,
    outcome_resolution: "OPAQUE",
  };
  expect((await h.put("/contracts/crm_read", reads)).status).toBe(201);
  const fields = { stage: "lead" };
  const undone = { compensation: { tool_name: "ghl_update_contact", arguments: { contact_id: "{id}", fields } } };
  const writes = { ...reads, risk_level: "MEDIUM", timeout_seconds: 20, ...undone };
  expect((await h.put("/contracts/crm_write", writes)).status).toBe(201);
  expect(all).not.toHaveBeenCalled();
});

it("contracts are listed in pages, each tool once, with the statistics of all", async () => {
  const h = await harness();
  const list = async (query: string) => contractList.parse(await (await h.get(`/contracts${query}`)).json());
  const whole = await list("");
  const pages = [await list("?limit=4")];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null) {
    pages.push(await list(`?limit=4&next=${next}`));
  }
  expect(whole.next).toBeNull();
  expect(pages.flatMap(({ contracts }) => contracts)).toEqual(whole.contracts);
  expect(pages.every(({ contracts }) => contracts.length <= 4)).toBe(true);
  expect(pages.map(({ statistics }) => statistics)).toEqual(pages.map(() => whole.statistics));
  expect((await h.get("/contracts?next=abc")).status).toBe(400);
});

it("a page of contracts holds what an answer can carry, also where a thousand are asked for", async () => {
  const h = await harness();
  const [first] = contractList.parse(await (await h.get("/contracts")).json()).contracts;
  const large = { title: "x".repeat(60_000) };
  for (let n = 0; first !== undefined && n < 40; n += 1) {
    await h.deps.contracts.put({ ...first, tool_name: `large_${n}`, version: 1, output_schema: large });
  }
  const page = await (await h.get("/contracts?limit=1000")).text();
  expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
  expect(contractList.parse(JSON.parse(page)).next).not.toBeNull();
});
