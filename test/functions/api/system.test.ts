import { describe, expect, it } from "vitest";
import { lockReply, submitted, systemState, unlockReply } from "../../../functions/api/schemas.ts";
import { ALICE, as, BOB, CAROL, harness, problemIn, updatePlan } from "./harness.ts";

const everything = { kind: "everything" };
const inFlight = {
  execution_id: "e1",
  step_id: "s1",
  side: "forward",
  tool_name: "ghl_search",
  agent_id: "agent_1",
  started_at: "2026-01-31T12:00:00.000Z",
  may_run_until: "2026-01-31T12:01:00.000Z",
} as const;

describe("POST /system/lock", () => {
  it("a lock is written before the calls in flight are read, and lists them", async () => {
    const order: string[] = [];
    const plain = await harness();
    const { locks, inFlightCalls } = plain.deps;
    await inFlightCalls.put(inFlight);
    const h = await harness({
      locks: {
        ...locks,
        place: async (lock, seen) => {
          const placed = await locks.place(lock, seen);
          order.push("lock written");
          return placed;
        },
      },
      inFlightCalls: {
        ...inFlightCalls,
        all: () => {
          order.push("calls read");
          return inFlightCalls.all();
        },
      },
    });
    const reply = lockReply.parse(
      await (await h.post("/system/lock", { scope: everything, mode: "freeze_all", reason: "stop" }, ALICE)).json(),
    );
    expect(order).toEqual(["lock written", "calls read"]);
    expect(reply).toMatchObject({ lock: { mode: "freeze_all", locked_by: "alice" }, can_still_run: [inFlight] });
  });

  it("a lock tells what runs, so that what waits is locked at once", async () => {
    const h = await harness();
    const { execution_id } = submitted.parse(await (await h.post("/executions", { plans: [updatePlan("p1")] })).json());
    await h.settle();
    const reply = lockReply.parse(await (await h.post("/system/lock", { scope: everything, reason: "stop" })).json());
    expect(reply.told).toBe(1);
    await h.settle();
    expect((await h.deps.steps.get(execution_id, "update"))?.state).toBe("LOCKED");
  });

  it("a lock never loosens one of the same scope, and tightens it", async () => {
    const h = await harness();
    const lock = async (mode: string, caller = ALICE) =>
      lockReply.parse(await (await h.post("/system/lock", { scope: everything, mode, reason: "r" }, caller)).json())
        .lock;
    expect(await lock("stop_forward", ALICE)).toMatchObject({ mode: "stop_forward", locked_by: "alice" });
    expect(await lock("freeze_all", BOB)).toMatchObject({ mode: "freeze_all", locked_by: "bob" });
    expect(await lock("stop_forward", ALICE)).toMatchObject({ mode: "freeze_all", locked_by: "bob" });
    expect(await h.deps.locks.all()).toHaveLength(1);
  });

  it("a lock is not loosened by a milder one at the same moment, whose caller is told what stands", async () => {
    const { locks } = (await harness()).deps;
    const h = await harness({
      locks: {
        ...locks,
        // Bob's lock comes between what Alice has read and what she writes.
        place: async (wanted, seen) => {
          await locks.place({ ...wanted, mode: "freeze_all", locked_by: "bob" });
          return locks.place(wanted, seen);
        },
      },
    });
    const asked = { scope: everything, mode: "stop_forward", reason: "r" };
    const told = lockReply.parse(await (await h.post("/system/lock", asked, ALICE)).json());
    expect(told.lock).toMatchObject({ mode: "freeze_all", locked_by: "bob" });
    expect(await locks.all()).toMatchObject([{ mode: "freeze_all", locked_by: "bob" }]);
  });

  it("a lock of a scope that names nothing is refused", async () => {
    const h = await harness();
    const refused = await problemIn(await h.post("/system/lock", { scope: { kind: "tool" }, reason: "r" }));
    expect(refused.violations?.[0]?.path).toBe("/scope/tool_name");
  });
});

describe("what a lock covers", () => {
  const running = (changes: object) => ({ ...inFlight, ...changes });
  const listed = async (scope: object, calls: readonly (typeof inFlight)[]) => {
    const h = await harness();
    for (const call of calls) await h.deps.inFlightCalls.put(call);
    const asked = { scope, reason: "stop", even_if_unknown: true };
    const reply = lockReply.parse(await (await h.post("/system/lock", asked)).json());
    return reply.can_still_run.map(({ execution_id }) => execution_id).sort();
  };

  it("a lock covers all that its answer lists", async () => {
    const calls = [
      running({ execution_id: "e1", tool_name: "ghl_search", agent_id: "a1" }),
      running({ execution_id: "e2", tool_name: "form_fill", agent_id: "a2" }),
    ];
    expect(await listed({ kind: "everything" }, calls)).toEqual(["e1", "e2"]);
    expect(await listed({ kind: "tool", tool_name: "form_fill" }, calls)).toEqual(["e2"]);
    expect(await listed({ kind: "agent", agent_id: "a1" }, calls)).toEqual(["e1"]);
    expect(await listed({ kind: "execution", execution_id: "e2" }, calls)).toEqual(["e2"]);
    expect(await listed({ kind: "agent", agent_id: "a3" }, calls)).toEqual([]);
  });

  it("a lock covers both the tool that undoes and the one that is undone, both who acts and who proposed", async () => {
    const calls = [
      running({ execution_id: "e1", side: "compensation", tool_name: "form_fill", undoes: "button_click" }),
      running({ execution_id: "e2", agent_id: "a2", proposed_by: "a1" }),
    ];
    expect(await listed({ kind: "tool", tool_name: "form_fill" }, calls)).toEqual(["e1"]);
    expect(await listed({ kind: "tool", tool_name: "button_click" }, calls)).toEqual(["e1"]);
    expect(await listed({ kind: "agent", agent_id: "a1" }, calls)).toEqual(["e2"]);
    expect(await listed({ kind: "agent", agent_id: "a2" }, calls)).toEqual(["e2"]);
  });
});

describe("a lock on a name", () => {
  const lock = async (h: Awaited<ReturnType<typeof harness>>, scope: object, more: object = {}) =>
    h.post("/system/lock", { scope, reason: "stop", ...more });

  it("a lock on a name that is misspelt is refused with the near one, and nothing is locked", async () => {
    const h = await harness();
    const { execution_id } = submitted.parse(await (await h.post("/executions", { plans: [updatePlan("p1")] })).json());
    const misspelt = [
      [{ kind: "tool", tool_name: "msgraph_send_emial" }, "msgraph_send_email", "/scope/tool_name"],
      [{ kind: "agent", agent_id: "agent_l" }, "agent_1", "/scope/agent_id"],
      [{ kind: "execution", execution_id: `${execution_id}1` }, execution_id, "/scope/execution_id"],
    ] as const;
    for (const [scope, near, path] of misspelt) {
      const refused = await lock(h, scope);
      expect(refused.status).toBe(404);
      const [violation] = (await problemIn(refused)).violations ?? [];
      expect(violation).toMatchObject({ path, rule: "unknown", message: expect.stringContaining(`mean "${near}"`) });
    }
    expect(await h.deps.locks.all()).toEqual([]);
  });

  it("a lock on a name that can be called by nobody is refused, and placed where the caller says so", async () => {
    const h = await harness();
    const scope = { kind: "tool", tool_name: "not_registered_so_far" };
    expect((await lock(h, scope)).status).toBe(404);
    const placed = lockReply.parse(await (await lock(h, scope, { even_if_unknown: true })).json());
    expect(placed.warning).toContain('no tool "not_registered_so_far" is known yet');
    expect(await h.deps.locks.all()).toHaveLength(1);
  });

  it("a lock of an agent that nobody knows and that is near none is placed, and the answer says so", async () => {
    const h = await harness();
    const placed = lockReply.parse(await (await lock(h, { kind: "agent", agent_id: "somebody-else" })).json());
    expect(placed.warning).toContain('no agent "somebody-else" is known yet');
    expect(await h.deps.locks.all()).toHaveLength(1);
  });

  it("a lock of an agent that a plan named, or that has a call in flight, is placed though nobody registered it", async () => {
    const h = await harness();
    await h.post("/executions", { plans: [updatePlan("p1")] });
    await h.deps.inFlightCalls.put({ ...inFlight, agent_id: "agent_3", proposed_by: "agent_2" });
    for (const agent_id of ["agent_1", "agent_2", "agent_3"]) {
      const reply = lockReply.parse(await (await lock(h, { kind: "agent", agent_id })).json());
      expect(reply.warning).toBeUndefined();
    }
  });
});

describe("a lock while many executions run", () => {
  it("a lock while many executions run wakes some before it answers, and says how many the sweeper tells", async () => {
    const plain = await harness();
    const ids = Array.from({ length: 1_500 }, (_, n) => `e${n}`);
    const woken: string[] = [];
    const h = await harness({
      waker: {
        wake: async (some) => {
          woken.push(...some);
          return new Set(some);
        },
      },
      executions: { ...plain.deps.executions, running: async () => ids },
    });
    const reply = lockReply.parse(await (await h.post("/system/lock", { scope: everything, reason: "stop" })).json());
    expect(woken.length).toBe(reply.told);
    expect(reply.told).toBeLessThanOrEqual(100);
    expect(reply.told + reply.still_to_tell).toBe(1_500);
  });
});

describe("POST /system/unlock", () => {
  it("unlocking needs a second person", async () => {
    const h = await harness();
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    for (const same of ["alice", "Alice", "a1ice"]) {
      const own = await h.post("/system/unlock", { scope: everything, reason: "fine" }, as(same));
      expect(own.status, same).toBe(403);
      expect((await problemIn(own)).reason).toBe("four_eyes");
    }
    const other = await h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB);
    expect(unlockReply.parse(await other.json()).unlocked.locked_by).toBe("alice");
    expect((await h.post("/system/unlock", { scope: everything, reason: "fine" }, CAROL)).status).toBe(404);
  });

  it("an unlock names the near lock where there is none of that scope", async () => {
    const h = await harness();
    await h.post("/system/lock", { scope: { kind: "tool", tool_name: "form_fill" }, reason: "stop" }, ALICE);
    const refused = await h.post(
      "/system/unlock",
      { scope: { kind: "tool", tool_name: "form_fil" }, reason: "r" },
      BOB,
    );
    expect((await problemIn(refused)).detail).toContain('did you mean "tool:form_fill"?');
  });

  it("an unlock lifts only the lock that was seen: one made stricter meanwhile has been answered, and stands", async () => {
    const plain = await harness();
    const { locks } = plain.deps;
    const h = await harness({
      locks: {
        ...locks,
        remove: async (seen) => {
          await h.post("/system/lock", { scope: everything, mode: "freeze_all", reason: "worse" }, CAROL);
          return locks.remove(seen);
        },
      },
    });
    await h.post("/system/lock", { scope: everything, mode: "stop_forward", reason: "stop" }, ALICE);
    const refused = await h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB);
    expect(refused.status).toBe(409);
    expect((await problemIn(refused)).detail).toContain("carol");
    expect(await locks.all()).toMatchObject([{ mode: "freeze_all", locked_by: "carol" }]);
    const { items } = (await (await h.get("/executions/operators/events")).json()) as {
      items: { type: string; actor: string; body: object }[];
    };
    expect(items.map(({ type, actor }) => [type, actor])).toEqual([
      ["locked", "alice"],
      ["unlocked", "bob"],
      ["locked", "carol"],
      ["unlock_refused", "bob"],
    ]);
    expect(items.at(-1)?.body).toMatchObject({ lock_id: "everything", mode: "freeze_all", locked_by: "carol" });
  });

  it("an unlock is done when somebody else has lifted the lock at the same moment", async () => {
    const plain = await harness();
    const { locks } = plain.deps;
    const h = await harness({
      locks: { ...locks, remove: async (seen) => (await locks.remove(seen)) && locks.remove(seen) },
    });
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect((await h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB)).status).toBe(200);
  });
});

describe("a lock of which nobody can be told", () => {
  it("a lock of which nobody can be told holds, is answered with what can still run, and says that nobody was told", async () => {
    const plain = await harness();
    const h = await harness({
      waker: { wake: () => Promise.reject(new Error("throttled")) },
      executions: { ...plain.deps.executions, running: async () => ["e1", "e2"] },
    });
    const reply = await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ lock: { locked_by: "alice" }, can_still_run: [], told: 0 });
    expect(await h.deps.locks.all()).toHaveLength(1);
    expect(h.logged.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});

describe("a stop while nobody can see which executions run", () => {
  it.each([
    ["a lock", "post", "/system/lock", { scope: everything, reason: "stop" }, "locked"],
    ["LIVE off", "put", "/system/live", { enabled: false, reason: "night" }, "live_disabled"],
  ] as const)(
    "%s holds and is on record while nobody can see which executions run, and its answer says that it is not known who is still to be told",
    async (_, method, path, body, type) => {
      const plain = await harness();
      const running = () => Promise.reject(new Error("throttled"));
      const h = await harness({ executions: { ...plain.deps.executions, running } });
      const reply = await h[method](path, body, ALICE);
      expect(reply.status).toBe(200);
      const warning = expect.stringMatching(/^it holds, and which executions run could not be read/);
      expect(await reply.json()).toMatchObject({ can_still_run: [], told: 0, still_to_tell: 0, warning });
      const { items } = (await (await h.get("/executions/operators/events")).json()) as { items: { type: string }[] };
      expect(items.map((each) => each.type)).toEqual([type]);
    },
  );
});

describe("the record of operators' acts", () => {
  it("the record of operators' acts holds every lock, unlock and switch, and can be read", async () => {
    const h = await harness();
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    await h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB);
    await h.put("/system/live", { enabled: false, reason: "night" }, CAROL);
    const { items } = (await (await h.get("/executions/operators/events")).json()) as {
      items: { type: string; actor: string; seq: number }[];
    };
    expect(items.map(({ type, actor, seq }) => [seq, type, actor])).toEqual([
      [1, "locked", "alice"],
      [2, "unlocked", "bob"],
      [3, "live_disabled", "carol"],
    ]);
  });

  it("the record of operators' acts says LIVE was switched on before it is, and off only after it is", async () => {
    const order: string[] = [];
    const plain = await harness();
    const { settings, auditLog } = plain.deps;
    const h = await harness({
      settings: {
        ...settings,
        setLiveEnabled: (enabled, by, at) => {
          order.push(`set ${enabled}`);
          return settings.setLiveEnabled(enabled, by, at);
        },
      },
      auditLog: {
        ...auditLog,
        append: (execution_id, chain, entry) => {
          order.push(entry.type);
          return auditLog.append(execution_id, chain, entry);
        },
        appendOnce: (execution_id, chain, entry, ...how) => {
          order.push(entry.type);
          return auditLog.appendOnce(execution_id, chain, entry, ...how);
        },
      },
    });
    order.length = 0;
    await h.put("/system/live", { enabled: false });
    await h.put("/system/live", { enabled: true });
    expect(order).toEqual(["set false", "live_disabled", "live_enabled", "set true"]);
  });

  it("the record of operators' acts says what holds, not what was asked, where LIVE was not installed", async () => {
    const plain = await harness();
    const h = await harness({ settings: { ...plain.deps.settings, liveEnabled: async () => false } });
    const reply = await h.put("/system/live", { enabled: true });
    expect(await reply.json()).toEqual({ live_enabled: false, changed: false });
  });
});

describe("GET /system", () => {
  it("the system shows the switch, locks, calls in flight and versions", async () => {
    const h = await harness();
    await h.deps.inFlightCalls.put(inFlight);
    await h.post("/executions", { plans: [updatePlan("p1")] });
    await h.post("/system/lock", { scope: everything, reason: "stop" });
    const state = systemState.parse(await (await h.get("/system")).json());
    expect(state).toMatchObject({
      live_enabled: true,
      running_executions: 1,
      in_flight: { count: 1, calls: [inFlight] },
      locks: [{ lock_id: "everything" }],
      versions: { definition: "d0" },
    });
  });

  it("the system says to whoever asks who they are, and what their token carries", async () => {
    const h = await harness();
    const state = systemState.parse(await (await h.get("/system", as("audrey", ["read", "approvals:decide"]))).json());
    expect(state.you).toEqual({ name: "audrey", scopes: ["read", "approvals:decide"] });
  });
});
