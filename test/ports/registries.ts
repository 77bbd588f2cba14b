import { describe, expect, it } from "vitest";
import { callerNames } from "../../functions/adapters/table/caller-names.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { type McpServer, mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import type { Absence } from "../../shared/execution/approval/away.ts";
import type { Agent } from "../../shared/plan/agent.ts";
import type { CallerName } from "../../shared/plan/caller-name.ts";
import type { Absences } from "../../shared/ports/absences.ts";
import type { Definitions, McpServers } from "../../shared/ports/mcp.ts";
import type { Agents, Contracts } from "../../shared/ports/registries.ts";
import type { MakeTable } from "./engines.ts";
import { AWKWARD, contract, numbers } from "./records.ts";

export const describeContracts = (make: () => Promise<Contracts>): void => {
  describe("contracts", () => {
    it("contracts keep every version, and never replace one", async () => {
      const contracts = await make();
      expect(await contracts.put(contract())).toBe(true);
      expect(await contracts.put(contract({ content_hash: "forged" }))).toBe(false);
      const second = contract({ version: 2, description: AWKWARD });
      expect(await contracts.put(second)).toBe(true);
      expect(await contracts.get("ghl_search", 1)).toEqual(contract());
      expect(await contracts.get("ghl_search", 2)).toEqual(second);
      expect(await contracts.get("ghl_search", 3)).toBeUndefined();
      expect(await contracts.get("other")).toBeUndefined();
    });

    it("contracts are known by their newest version, the tenth being newer than the ninth", async () => {
      const contracts = await make();
      for (const version of numbers(11)) await contracts.put(contract({ version }));
      await contracts.put(contract({ tool_name: "ghl_search.more" }));
      await contracts.put(contract({ tool_name: "ghl" }));
      expect((await contracts.get("ghl_search"))?.version).toBe(11);
      const all = await contracts.all();
      expect(all.map(({ tool_name, version }) => `${tool_name} ${version}`)).toEqual([
        "ghl 1",
        "ghl_search 11",
        "ghl_search.more 1",
      ]);
    });

    it("contracts that are proposed are kept apart, the last one of each tool", async () => {
      const contracts = await make();
      await contracts.put(contract());
      const proposal = { lowers: ["risk"], proposed_by: AWKWARD, proposed_at: "2026-01-31T12:00:00.000Z" };
      expect(await contracts.proposed("ghl_search")).toBeUndefined();
      await contracts.propose({ ...proposal, contract: contract({ version: 2, content_hash: "h1" }) });
      const last = { ...proposal, contract: contract({ version: 2, content_hash: "h2" }) };
      await contracts.propose(last);
      expect(await contracts.proposed("ghl_search")).toEqual(last);
      expect(await contracts.proposed("other")).toBeUndefined();
      expect(await contracts.allProposed()).toEqual([last]);
      expect((await contracts.get("ghl_search"))?.version).toBe(1);
      expect(await contracts.all()).toEqual([contract()]);
    });

    it("versions of a contract are given to exactly one of many that want to be the next", async () => {
      const contracts = await make();
      const results = await Promise.all(numbers(20).map((n) => contracts.put(contract({ content_hash: `h${n}` }))));
      expect(results.filter(Boolean)).toHaveLength(1);
    });
  });
};

export const describeDefinitions = (make: () => Promise<Definitions>): void => {
  describe("definitions of MCP servers' tools", () => {
    const definition = (description: string) => ({ name: "set", description, input_schema: { type: "object" } });
    const seen = (description: string, found_at = "2026-01-31T12:00:00.000Z") => ({
      ...{ tool_name: "crm_set", server: "crm", pin: "p1", definition: definition(description), found_at },
    });
    const word = (accepted_by: string, definition_digest = "d1") => ({
      ...{ tool_name: "crm_set", server: "crm", tool: "set", pin: "p1", definition: definition_digest, accepted_by },
      accepted_at: "2026-01-31T12:00:00.000Z",
    });

    it("definitions of MCP servers' tools that changed are known by the newest seen, since first seen, until as reviewed", async () => {
      const definitions = await make();
      expect(await definitions.changed("crm_set")).toEqual([]);
      await definitions.note(seen("other"));
      await definitions.note(seen(AWKWARD));
      await definitions.note(seen(AWKWARD, "2026-02-01T12:00:00.000Z"));
      await definitions.note({ ...seen("another tool's"), tool_name: "crm_set.2" });
      expect(await definitions.changed("crm_set")).toEqual([seen(AWKWARD)]);
      await definitions.asReviewed({ tool_name: "crm_set", pin: "p2" });
      expect(await definitions.changed("crm_set")).toHaveLength(1);
      await definitions.asReviewed(seen(AWKWARD));
      expect(await definitions.changed("crm_set")).toEqual([]);
    });

    it("definitions of MCP servers' tools are accepted by the first of two people; another definition is another word", async () => {
      const definitions = await make();
      const both = await Promise.all(["ann", "bob"].map((by) => definitions.accept(word(by))));
      expect(both[0]).toEqual(both[1]);
      await definitions.accept(word("ann", "d2"));
      const accepted = await definitions.accepted("crm_set");
      expect(accepted.map((each) => each.definition)).toEqual(["d1", "d2"]);
      expect(accepted[0]).toEqual(both[0]);
      expect(await definitions.accepted("crm_set.2")).toEqual([]);
    });

    it.each([
      ["of letters", "x".repeat(300_000)],
      ["of characters of three bytes each", "漢".repeat(190_000)],
    ])(
      "definitions of MCP servers' tools longer than anybody reads are not kept, nor what was seen before: %s",
      async (_, long) => {
        const definitions = await make();
        await definitions.note(seen("shorter"));
        await definitions.note(seen(long));
        expect(await definitions.changed("crm_set")).toEqual([]);
      },
    );
  });
};

export const describeAbsences = (make: () => Promise<Absences>): void => {
  describe("absences", () => {
    const away = (person: string, until = "2026-02-14T08:00:00.000Z"): Absence => ({
      ...{ person, from: "2026-01-31T12:00:00.000Z", until, instead: null },
      ...{ by: AWKWARD, at: "2026-01-31T12:00:00.000Z" },
    });

    it("absences are one for each person, however the name is written, until the person is here again", async () => {
      const absences = await make();
      await absences.put(away(AWKWARD.slice(0, 100)));
      await absences.put(away("bob"));
      const last = away("Bob", "2026-03-01T08:00:00.000Z");
      await absences.put(last);
      expect(await absences.all()).toHaveLength(2);
      expect(await absences.all()).toContainEqual(last);
      expect(await absences.remove("BOB")).toBe(true);
      expect(await absences.remove("bob")).toBe(false);
      expect(await absences.all()).toHaveLength(1);
    });
  });
};

export const describeCallerNames = (makeTable: MakeTable): void => {
  describe("names of callers", () => {
    const make = async () => callerNames(await makeTable());
    const named = (caller: string, name: string): CallerName => ({
      ...{ caller, name, by: AWKWARD, at: "2026-01-31T12:00:00.000Z" },
    });

    it("names of callers are one for each, however the id is written, until it is taken away", async () => {
      const names = await make();
      await names.put(named(AWKWARD.slice(0, 100), "Sales desk"), 0);
      await names.put(named("7Fa3-client", "Night shift"), 1);
      const last = named("7fa3-CLIENT", "Day shift");
      await names.put(last, 2);
      expect(await names.all()).toHaveLength(2);
      expect(await names.all()).toContainEqual(last);
      expect(await names.remove("7fa3-client", 3)).toBe(true);
      expect(await names.all()).toHaveLength(1);
      expect(await names.seen()).toEqual({ names: await names.all(), changes: 4 });
      await names.put(last, 4);
      expect(await names.all()).toContainEqual(last);
    });

    it.each([0, 1])(
      "names of callers change one after the other: of many who knew the same changes, %i of them, exactly one is let through",
      async (seen) => {
        const names = await make();
        if (seen === 1) await names.put(named("first", "Day shift"), 0);
        const claim = async (caller: string) => ((await names.put(named(caller, "Night shift"), seen)) ? [caller] : []);
        const through = (await Promise.all(numbers(8).map((n) => claim(`id ${n}`)))).flat();
        expect(through).toHaveLength(1);
        const night = (await names.seen()).names.filter(({ name }) => name === "Night shift");
        expect(night.map(({ caller }) => caller)).toEqual(through);
        expect(await names.remove(through.join(), seen)).toBe(false);
        expect((await names.seen()).changes).toBe(seen + 1);
      },
    );

    it("names of callers that were accepted as their server died are in force for whoever names the next", async () => {
      const table = await makeTable();
      let accepted = false;
      const dying: Table = {
        ...table,
        put: async (item, condition) => {
          if (accepted) throw new Error("killed");
          accepted = true;
          return table.put(item, condition);
        },
      };
      await expect(callerNames(dying).put(named("id 1", "Night shift"), 0)).rejects.toThrow("killed");
      const names = callerNames(table);
      expect(await names.put(named("id 2", "Night shift"), 0)).toBe(false);
      expect(await names.seen()).toMatchObject({ names: [{ caller: "id 1" }], changes: 1 });
    });

    it("names of callers that are carried out late give none again that was taken away since", async () => {
      const table = await makeTable();
      const late: (() => Promise<unknown>)[] = [];
      let puts = 0;
      const slow: Table = {
        ...table,
        put: async (item, condition) => {
          puts += 1;
          if (puts === 1) return table.put(item, condition);
          late.push(() => table.put(item, condition));
          return "written";
        },
      };
      await callerNames(slow).put(named("id 1", "Night shift"), 0);
      const names = callerNames(table);
      expect((await names.seen()).names).toHaveLength(1);
      await names.remove("id 1", 1);
      for (const put of late) await put();
      expect(await names.all()).toEqual([]);
    });
  });
};

export const describeAgents = (make: () => Promise<Agents>): void => {
  const agent = (changes: Partial<Agent> = {}): Agent => ({
    agent_id: "agent_1",
    owner: AWKWARD,
    granted_permissions: ["ghl_access"],
    allowed_submitters: [],
    default_confidence: 0.8,
    ...changes,
  });

  describe("agents", () => {
    it("agents that submissions named are noted once, and are no registered ones", async () => {
      const agents = await make();
      await agents.note(["janitor", AWKWARD]);
      await agents.note(["janitor"]);
      expect(await agents.isNoted("janitor")).toBe(true);
      expect(await agents.isNoted("janitr")).toBe(false);
      expect((await agents.noted()).sort()).toEqual([AWKWARD, "janitor"].sort());
      expect(await agents.readable()).toEqual({ items: [], unreadable: [] });
    });

    it("agents are known by their last registration", async () => {
      const agents = await make();
      expect(await agents.get("agent_1")).toBeUndefined();
      await agents.put(agent());
      await agents.put(agent({ agent_id: "agent_2" }));
      await agents.put(agent({ granted_permissions: [] }));
      expect(await agents.get("agent_1")).toEqual(agent({ granted_permissions: [] }));
      expect((await agents.readable()).items).toEqual([
        agent({ granted_permissions: [] }),
        agent({ agent_id: "agent_2" }),
      ]);
    });

    it("agents are put over what was seen, and over nothing else", async () => {
      const agents = await make();
      const narrow = agent({ granted_permissions: [] });
      expect(await agents.put(agent(), agent())).toBe(false);
      expect(await agents.put(agent(), null)).toBe(true);
      expect(await agents.put(narrow, null)).toBe(false);
      expect(await agents.put(agent({ owner: "bob" }), narrow)).toBe(false);
      const all = await Promise.all(numbers(8).map((n) => agents.put(agent({ owner: `bob ${n}` }), agent())));
      expect(all.filter(Boolean)).toHaveLength(1);
    });

    it("agents that are proposed are kept apart, the last one of each", async () => {
      const agents = await make();
      const proposal = { widens: ["all"], over: "d", proposed_by: AWKWARD, proposed_at: "2026-01-31T12:00:00.000Z" };
      expect(await agents.proposed("agent_1")).toBeUndefined();
      await agents.propose({ ...proposal, agent: agent({ owner: "bob" }) });
      const last = { ...proposal, agent: agent() };
      await agents.propose(last);
      expect(await agents.proposed("agent_1")).toEqual(last);
      expect(await agents.proposed("other")).toBeUndefined();
      expect(await agents.allProposed()).toEqual([last]);
      expect(await agents.readable()).toEqual({ items: [], unreadable: [] });
    });

    it("agents that are proposed wait no more once that lapsed, until they are proposed again", async () => {
      const agents = await make();
      const proposal = { widens: ["all"], over: "d", proposed_by: AWKWARD, proposed_at: "2026-01-31T12:00:00.000Z" };
      expect(await agents.lapse("agent_1")).toBe(true);
      await agents.propose({ ...proposal, agent: agent() });
      expect(await agents.lapse("agent_1")).toBe(true);
      expect([await agents.proposed("agent_1"), await agents.allProposed()]).toEqual([undefined, []]);
      await agents.propose({ ...proposal, agent: agent() });
      expect(await agents.proposed("agent_1")).toEqual({ ...proposal, agent: agent() });
    });
  });
};

export const describeServers = (make: () => Promise<McpServers>): void => {
  const server = (url: string): McpServer =>
    mcpServer.parse({ kind: "http", server: "contacts", url, auth: { as: "bearer", secret: "crm" } });

  describe("MCP servers", () => {
    it("MCP servers are known by their last registration, until they are removed", async () => {
      const servers = await make();
      expect(await servers.get("contacts")).toBeUndefined();
      await servers.put(server("https://one.example.com/mcp"));
      await servers.put(server("https://two.example.com/mcp"));
      const three = server("https://three.example.com/mcp");
      const one = { server: server("https://one.example.com/mcp"), holds: 0 };
      const two = { server: server("https://two.example.com/mcp"), holds: 0 };
      expect(await servers.put(three, null)).toBe(false);
      expect(await servers.put(three, one)).toBe(false);
      expect(await servers.put(two.server, two)).toBe(true);
      const program = mcpServer.parse({ kind: "stdio", server: "files", command: "node", args: ['名前 🧪 "quoted"'] });
      await servers.put(program);
      expect(await servers.get("contacts")).toEqual(server("https://two.example.com/mcp"));
      expect((await servers.readable()).items).toEqual([server("https://two.example.com/mcp"), program]);
      await servers.remove("contacts", { holds: 0 });
      await servers.remove("contacts", { holds: 0 });
      expect((await servers.readable()).items).toEqual([program]);
    });

    it("MCP servers that a contract about to be put holds are changed and removed by nobody who looked before", async () => {
      const servers = await make();
      const [noon, later] = ["2026-01-31T12:00:00.000Z", "2026-01-31T12:01:00.000Z"];
      const [one, two] = [server("https://one.example.com/mcp"), server("https://two.example.com/mcp")];
      const hold = { tool_name: "contacts_set", version: 1, until: later };
      expect(await servers.hold("contacts", hold)).toBe(false);
      expect(await servers.get("contacts")).toBeUndefined();
      await servers.put(one);
      const before = { server: one, holds: 0, held_by: [] };
      expect(await servers.seen("contacts", noon)).toEqual(before);
      expect(await servers.hold("contacts", hold)).toBe(true);
      expect([await servers.put(two, before), await servers.remove("contacts", before)]).toEqual([false, false]);
      const held = { server: one, holds: 1, held_by: ["contacts_set"] };
      expect(await servers.seen("contacts", noon)).toEqual(held);
      expect(await servers.seen("contacts", later)).toEqual({ ...held, held_by: [] });
      expect(await servers.put(two, held)).toBe(true);
      expect(await servers.seen("contacts", noon)).toEqual({ ...held, server: two });
      await servers.release("contacts", hold);
      expect(await servers.seen("contacts", noon)).toEqual({ server: two, holds: 1, held_by: [] });
      expect([await servers.put(one, before), await servers.remove("contacts", before)]).toEqual([false, false]);
      expect(await servers.remove("contacts", held)).toBe(true);
      await servers.release("contacts", hold);
      expect(await servers.readable()).toEqual({ items: [], unreadable: [] });
    });
  });
};
