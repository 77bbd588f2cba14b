import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { contractKey } from "../../../../functions/adapters/table/keys/of-registries.ts";
import { bodyOf } from "../../../../functions/adapters/table/record.ts";
import { contractNamed, offersTo } from "../../../../functions/api/mcp/offers.ts";
import { madeNames, ownName } from "../../../../shared/contracts/offer/offered-names.ts";
import { contractOf } from "../../../shared/contracts/contract-inputs.ts";
import { as, type Harness, harness, problemIn } from "../harness.ts";

const OLGA = as("olga", ["contracts:write"]);

it("a contract that a release before registered holds the name by which its server knows it, and no new tool gets it", async () => {
  const table = memoryTable();
  const before = contractOf("LOW", {
    tool_name: "files_read",
    input_schema: { type: "object", additionalProperties: false },
    binding: { kind: "mcp", server: "files", call: { tool: "read_file" } },
  });
  // As releases wrote it that held no names.
  await table.put({ ...contractKey("files_read", before.version), ...bodyOf(before) });
  const { contracts } = tablePorts(table);
  const h = await harness({ contracts });
  expect(await contracts.namedByServer("read_file")).toEqual([]);
  for (const taken of ["read_file", "files__read_file"]) {
    const { tool_name: _named, ...contract } = contractOf("LOW", { tool_name: taken });
    const refused = await problemIn(await h.put(`/contracts/${taken}`, contract, OLGA));
    expect(refused.violations).toMatchObject([{ path: "/tool_name", message: expect.stringContaining("files_read") }]);
  }
  const { tool_name: _named, ...free } = contractOf("LOW", { tool_name: "read_files" });
  expect((await h.put("/contracts/read_files", free, OLGA)).status).toBe(201);
});

describe("a name that is made for a tool of whose own the protocol takes none", () => {
  const MADE = ownName("desk:note");
  const put = async (h: Harness, named: string) => {
    const { tool_name: _named, ...contract } = contractOf("LOW", { tool_name: named });
    return h.put(`/contracts/${named}`, contract, OLGA);
  };
  const violationsOf = async (answer: Response) => (await problemIn(answer)).violations ?? [];

  it("a name that is made for a tool is no new tool's own, nor one that is made for a new tool another's, whichever release registered that", async () => {
    for (const [there, wanted, words] of [
      ["desk:note", MADE, `is the name by which agents that speak MCP may call desk:note; take another`],
      ["desk:note", madeNames("desk:note")[1] ?? "", "may call desk:note; take another"],
      [MADE, "desk:note", `would be called ${MADE} by agents that speak MCP, which is the name`],
      ["buddy_wait", ownName("buddy_wait"), "may call buddy_wait; take another"],
    ] as const) {
      const table = memoryTable();
      const before = contractOf("LOW", { tool_name: there });
      await table.put({ ...contractKey(there, before.version), ...bodyOf(before) });
      const { contracts } = tablePorts(table);
      // As releases wrote it that looked for names of servers only.
      await contracts.holdNames();
      const h = await harness({ contracts });
      const message = expect.stringContaining(words);
      expect(await violationsOf(await put(h, wanted))).toMatchObject([{ path: "/tool_name", message }]);
      expect(await contracts.get(wanted)).toBeUndefined();
      expect((await put(h, there)).status).toBe(200);
    }
  });

  it("a name that is made for a tool stays its own where that cannot be read", async () => {
    const table = memoryTable();
    await table.put({ ...contractKey("desk:note", 1), body: "unreadable" });
    await table.put({ ...contractKey("note", 1), body: "unreadable" });
    const h = await harness({ contracts: tablePorts(table).contracts });
    expect(await violationsOf(await put(h, MADE))).toMatchObject([{ path: "/tool_name" }]);
  });

  it("a tool keeps the name that a release before let it have, and the other is called by a name of its own", async () => {
    const table = memoryTable();
    for (const there of ["desk:note", MADE]) {
      const before = contractOf("LOW", { tool_name: there });
      await table.put({ ...contractKey(there, before.version), ...bodyOf(before) });
    }
    const h = await harness({ contracts: tablePorts(table).contracts });
    const request = { origin: "http://127.0.0.1", correlation_id: "c1", traceparent: undefined };
    const offers = await offersTo(h.deps, { agent: "agent_1", submitter: "agent:agent_1", ...request });
    const [, longer = ""] = madeNames("desk:note");
    const named = async (name: string) => (await contractNamed(h.deps, name))?.tool_name;
    for (const [name, tool_name] of [
      [MADE, MADE],
      [longer, "desk:note"],
    ] as const) {
      expect(offers.find((offer) => offer.name === name)?.contract.tool_name).toBe(tool_name);
      expect(await named(name)).toBe(tool_name);
    }
    expect(await named("desk:note")).toBe("desk:note");
    for (const there of ["desk:note", MADE]) {
      const { tool_name: _named, ...next } = contractOf("LOW", { tool_name: there, description: "says more" });
      expect((await h.put(`/contracts/${there}`, next, OLGA)).status).toBe(201);
    }
  });
});
