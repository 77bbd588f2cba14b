import { beforeAll, describe, expect, it } from "vitest";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import type { Item, Key } from "../../functions/adapters/table/item.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { wholeApi } from "../../functions/api/endpoints.ts";
import { createRouter } from "../../functions/api/router.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { seedWorld } from "../../functions/tools/world/seed-world.ts";
import { recover } from "../../local/recover.ts";
import { settleAbandoned } from "../../local/settle-abandoned.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { approve, submit } from "../harness/people.ts";
import { mail, plan, update } from "../harness/plans.ts";
import { inMemory, type Stores } from "../harness/stores.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const POLICY = { allowed_commands: ["node"], allowed_hosts: ["hooks.example.com"] };

const asking = (world: TestWorld) => {
  const app = createRouter(world.deps, {
    identify: (c) => ({ name: c.req.header("x-name") ?? "ann", scopes: SCOPES }),
    ...wholeApi,
  });
  return async (method: string, path: string, body?: unknown, name = "ann") => {
    const headers = { "content-type": "application/json", "x-name": name };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await app.request(path, init);
    return { status: answer.status, text: await answer.text() };
  };
};

/** Keeps the keys of everything that was put. */
const remembering = (table: Table) => {
  const keys = new Map<string, Key>();
  const note = ({ pk, sk }: Key): void => {
    keys.set(`${pk}\n${sk}`, { pk, sk });
  };
  const watched: Table = {
    ...table,
    put: async (item, condition) => {
      note(item);
      return table.put(item, condition);
    },
    update: async (key, change, condition) => {
      note(key);
      return table.update(key, change, condition);
    },
  };
  const items = async (): Promise<Item[]> =>
    (await Promise.all([...keys.values()].map((key) => table.get(key)))).filter((item) => item !== undefined);
  return { watched, items };
};

const one = (name: string, contact: string) => ({
  plans: [plan(`p_${name}`, [update("s1", contact, { stage: "customer" }, { agent: `a_${name}` })])],
});

/** A system in which something of every kind is on record: ended, waiting, being sent, locked, registered, said. */
const lived = async (): Promise<{ readonly items: readonly Item[]; readonly stores: Stores }> => {
  const stores = inMemory();
  const { watched, items } = remembering(stores.table);
  const world = await startWorld({ stores: { ...stores, table: watched }, policy: POLICY });
  const ask = asking(world);
  const must = async (...asked: Parameters<typeof ask>): Promise<void> => {
    const { status, text } = await ask(...asked);
    if (status >= 300) throw new Error(`${asked[0]} ${asked[1]}: ${status} ${text}`);
  };
  await must("PUT", "/agents/registered", { owner: "olga", granted_permissions: ["ghl_access", "ghl_write"] });
  await must("PUT", "/servers/files", { kind: "stdio", command: "node", args: [] });
  await must("PUT", "/away/ann", { until: "2026-03-20T00:00:00Z", instead: null });
  await must("POST", "/webhooks", { url: "https://hooks.example.com/buddy", event_types: ["ApprovalRequested"] });
  await must("PUT", "/memory/m1", { text: "Benedikt likes blue" });
  await approve(world, await submit(world, one("ended", "c1")), "s1");
  await world.rest();
  await submit(world, one("waiting", "c2"));
  await submit(world, { plans: [plan("p_mail", [mail("s1", "x@example.com")])] });
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", times: 1, delay_ms: 3_600_000 });
  await approve(world, await submit(world, one("sent", "c3")), "s1");
  await must("POST", "/system/lock", {
    scope: { kind: "agent", agent_id: "a_waiting" },
    mode: "freeze_all",
    reason: "r",
  });
  return { items: await items(), stores };
};

/** A kind of record: the words of its key that the code wrote. */
const kindOf = ({ pk, sk }: Key): string => {
  const words = `${pk} ${sk}`.replace(/exec\d+|ap-\w+|\d{4}-[\d:.T-]+Z?|\d{10}|[0-9a-f]{16,}/g, "*");
  return pk.startsWith("WORLD#") || pk.startsWith("CONTRACT#") ? (pk.split(" ")[0] ?? "") : words;
};

const READS = [
  "/executions",
  "/approvals",
  "/system",
  "/health",
  "/calibration",
  "/metrics/system_health_score",
  "/metrics/approval_rate",
  "/signals",
  "/contracts",
  "/agents",
  "/servers",
  "/webhooks",
  "/away",
];

describe("one record of a system that cannot be read", () => {
  let lifetime: Awaited<ReturnType<typeof lived>>;
  let kinds: Map<string, Item>;
  beforeAll(async () => {
    lifetime = await lived();
    kinds = new Map(lifetime.items.filter(({ body }) => body !== undefined).map((item) => [kindOf(item), item]));
  });

  it("an unreadable record of whatever kind keeps no server from starting, no list from being shown, no lock, no plan", async () => {
    const failures: string[] = [];
    for (const [kind, damaged] of kinds) {
      const table = memoryTable();
      for (const item of lifetime.items) {
        await table.put(item === damaged ? { ...item, body: '{"of":"another shape"}' } : item);
      }
      const world = await startWorld({ stores: { ...lifetime.stores, table }, resumed: true, policy: POLICY });
      const tried = async (what: string, act: () => Promise<unknown>): Promise<void> => {
        await act().catch((error: unknown) => failures.push(`${kind}: ${what}: ${String(error)}`));
      };
      await tried("the sandbox", () => seedWorld(world.sandbox, { contacts: 3, candidates: 0 }));
      await tried("what was being done", () => settleAbandoned(world.deps));
      await tried("what goes on", () => recover(world.deps));
      const ask = asking(world);
      const answered = async (...asked: Parameters<typeof ask>): Promise<void> => {
        const { status, text } = await ask(...asked);
        if (status >= 300) failures.push(`${kind}: ${asked[0]} ${asked[1]}: ${status} ${text}`);
      };
      for (const path of READS) await answered("GET", path);
      await answered("POST", "/executions", one("other", "c4"));
      await answered("PUT", "/system/live", { enabled: false, reason: "r" });
      await answered("POST", "/system/lock", { scope: { kind: "everything" }, mode: "freeze_all", reason: "r" });
      await sweep(world.deps)().catch(() => {});
    }
    expect(kinds.size).toBeGreaterThan(30);
    expect(failures).toEqual([]);
  });

  /** The system with that record damaged. */
  const damagedAt = async (isIt: (key: Key) => boolean) => {
    const damaged = lifetime.items.find(isIt);
    if (damaged === undefined) throw new Error("there is no such record");
    const table = memoryTable();
    for (const item of lifetime.items) await table.put(item === damaged ? { ...item, body: "{" } : item);
    const world = await startWorld({ stores: { ...lifetime.stores, table }, resumed: true, policy: POLICY });
    return { world, ask: asking(world) };
  };
  const everything = { scope: { kind: "everything" }, mode: "freeze_all", reason: "r" };

  it("an unreadable lock holds all that its name says, until a second person lifts it", async () => {
    const { world, ask } = await damagedAt(({ pk }) => pk.startsWith("LOCK#"));
    const standing = { lock_id: "agent:a_waiting", mode: "freeze_all", reason: "its record cannot be read" };
    expect(await world.deps.locks.all()).toEqual([expect.objectContaining(standing)]);
    const lifted = await ask("POST", "/system/unlock", {
      scope: { kind: "agent", agent_id: "a_waiting" },
      reason: "r",
    });
    expect(lifted.status).toBe(200);
    expect(await world.deps.locks.all()).toEqual([]);
  });

  it("an unreadable call that may be running is told of by every lock and by an abort of its execution", async () => {
    const { world, ask } = await damagedAt(({ pk }) => pk.startsWith("INFLIGHT#"));
    const [call] = await world.deps.inFlightCalls.all();
    for (const scope of [everything.scope, { kind: "tool", tool_name: "msgraph_send_email" }]) {
      const { text } = await ask("POST", "/system/lock", { ...everything, scope });
      expect(JSON.parse(text)).toMatchObject({ can_still_run: [{ execution_id: call?.execution_id, step_id: "s1" }] });
    }
    const aborted = await ask("POST", `/executions/${call?.execution_id}/abort`, { reason: "r" });
    expect(JSON.parse(aborted.text)).toMatchObject({ can_still_run: [{ tool_name: "(unreadable)" }] });
  });

  it("an unreadable last act of an operator leaves a lock in force and its answer saying what the audit lacks", async () => {
    const acts = lifetime.items.filter(({ pk }) => pk.startsWith("AUDIT#operators"));
    const last = acts.toSorted((one, other) => one.sk.localeCompare(other.sk)).at(-1);
    const { world, ask } = await damagedAt((key) => key === last);
    const { status, text } = await ask("POST", "/system/lock", everything);
    expect(status).toBe(200);
    expect(JSON.parse(text).warning).toContain("it holds, and the audit may not say so yet, because the record at");
    const off = await ask("PUT", "/system/live", { enabled: false, reason: "r" });
    expect(JSON.parse(off.text)).toMatchObject({ live_enabled: false, warning: expect.stringContaining("it holds") });
    expect(await world.deps.locks.all()).toHaveLength(2);
  });

  it("an unreadable registered agent is not taken to be one that nobody registered, who may do what its plan claims", async () => {
    const { ask } = await damagedAt(({ pk, sk }) => pk.startsWith("AGENT#") && sk === "registered");
    const step = update("s1", "c4", { stage: "customer" }, { agent: "registered" });
    const { status, text } = await ask("POST", "/executions", { plans: [plan("p_registered", [step])] });
    expect(status).toBe(500);
    expect(text).toContain("registered cannot be read: it has to be put right from a backup");
  });
});
