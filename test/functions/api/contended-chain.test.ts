import { describe, expect, it } from "vitest";
import {
  contractReply,
  executionSummary,
  liveReply,
  lockReply,
  type Problem,
  submitted,
} from "../../../functions/api/schemas.ts";
import { sweep } from "../../../functions/execution/wait/sweep.ts";
import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import { aWebhook } from "../../shared/webhooks/deliveries.ts";
import { ALICE, BOB, CAROL, harness, problemIn, updatePlan } from "./harness.ts";

const everything = { kind: "everything" };

/** Others take every place in every chain for as long as `busy.now`; `busy.lost`: who writes is not told so either. */
const contended = async () => {
  const plain = await harness();
  const busy = { now: false, lost: false };
  const { auditLog, pendingStops } = plain.deps;
  const unless = async <Value>(write: () => Promise<Value>): Promise<Value> => {
    if (busy.lost) await write();
    if (busy.now) throw new Contended("the chain", 35);
    return write();
  };
  const h = await harness({
    ...plain.deps,
    auditLog: {
      ...auditLog,
      append: (...given) => unless(() => auditLog.append(...given)),
      appendOnce: (...given) => unless(() => auditLog.appendOnce(...given)),
    },
  });
  const acts = async () => (await auditLog.chain(OPERATORS, OPERATORS)).map(({ type, actor }) => `${type} ${actor}`);
  const submit = async () => {
    const { execution_id } = submitted.parse(await (await h.post("/executions", { plans: [updatePlan("p1")] })).json());
    await plain.settle();
    return execution_id;
  };
  return { h, busy, acts, submit, settle: plain.settle, pendingStops };
};

type Contested = Awaited<ReturnType<typeof contended>>;

const crmNote = {
  description: "Puts a note beside a contact",
  risk_level: "HIGH",
  reversible: false,
  timeout_seconds: 5,
  requires_approval: true,
  approvals_required: 1,
  compensation: "none",
  outcome_resolution: "OPAQUE",
  input_schema: { type: "object" },
};

const isNothingWritten = ({ status, detail }: Problem): boolean =>
  status === 503 && detail?.includes("send the same again") === true;

describe("a stop whose event finds no place in the chain", () => {
  it("a lock whose event finds no place in the chain holds, says so, and is told to what runs; the sweeper writes the event", async () => {
    const { h, busy, acts, submit, settle } = await contended();
    const id = await submit();
    busy.now = true;
    const response = await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect(response.status).toBe(200);
    const reply = lockReply.parse(await response.json());
    expect(reply).toMatchObject({ lock: { locked_by: "alice" }, can_still_run: [], told: 1 });
    expect(reply.warning).toContain("it holds, and the audit may not say so yet, because others changed the chain");
    expect(reply.warning).toContain("its event is written as soon as it can be");
    expect(await h.deps.locks.all()).toMatchObject([{ lock_id: "everything" }]);
    expect(await acts()).toEqual([]);
    busy.now = false;
    await settle();
    expect((await h.deps.steps.get(id, "update"))?.state).toBe("LOCKED");
    expect((await sweep(h.deps)()).recorded).toBe(1);
    expect(await acts()).toEqual(["locked alice"]);
    expect((await h.deps.auditLog.head(OPERATORS, OPERATORS))?.body).toMatchObject({
      reason: "stop",
      can_still_run: [],
    });
    expect((await sweep(h.deps)()).recorded).toBe(0);
    expect(await acts()).toEqual(["locked alice"]);
  });

  it("LIVE that is off is off though its event finds no place in the chain, which the answer says", async () => {
    const { h, busy, acts, submit } = await contended();
    await submit();
    busy.now = true;
    const reply = liveReply.parse(
      await (await h.put("/system/live", { enabled: false, reason: "night" }, CAROL)).json(),
    );
    expect(reply).toMatchObject({ live_enabled: false, told: 1, warning: expect.stringContaining("it holds") });
    busy.now = false;
    await sweep(h.deps)();
    expect(await acts()).toEqual(["live_disabled carol"]);
  });

  it("a stop whose event is in the chain after all, though its writer was not told, has no second one", async () => {
    const { h, busy, acts } = await contended();
    Object.assign(busy, { now: true, lost: true });
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    Object.assign(busy, { now: false, lost: false });
    expect(await acts()).toEqual(["locked alice"]);
    await sweep(h.deps)();
    expect(await acts()).toEqual(["locked alice"]);
  });

  it("a stop whose event can be kept nowhere holds, and its answer says that the event is lost", async () => {
    const { h, busy, pendingStops } = await contended();
    busy.now = true;
    const full = { ...pendingStops, put: () => Promise.reject(new Error("no room")) };
    const without = await harness({ ...h.deps, pendingStops: full });
    const response = await without.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect(response.status).toBe(200);
    expect(lockReply.parse(await response.json()).warning).toContain("its event could not be kept to be written later");
    expect(await h.deps.locks.all()).toHaveLength(1);
  });

  it("an abort whose event finds no place in the chain stops the execution, says so, and is in its audit when it ends", async () => {
    const { h, busy, submit, settle } = await contended();
    const id = await submit();
    busy.now = true;
    const response = await h.post(`/executions/${id}/abort`, { reason: "wrong" }, BOB);
    expect(response.status).toBe(202);
    const reply = executionSummary.parse(await response.json());
    expect(reply).toMatchObject({ abort_requested: { by: "bob" }, warning: expect.stringContaining("it holds") });
    busy.now = false;
    await settle();
    expect((await h.deps.executions.get(id))?.status).toBe("ABORTED");
    const events = await h.deps.auditLog.chain(id, "execution");
    expect(events.filter(({ type }) => type === "abort_requested")).toMatchObject([{ actor: "bob" }]);
  });
});

describe("an act that lifts a stop whose event is still to be written", () => {
  const unlock = (h: Contested["h"]) => h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB);

  it("an unlock while the locker waits for a place in the chain comes behind the lock, which is told before it waits", async () => {
    const { h, acts, submit, settle } = await contended();
    const id = await submit();
    const { auditLog } = h.deps;
    const place = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const slow = await harness({
      ...h.deps,
      auditLog: {
        ...auditLog,
        appendOnce: async (...given) => {
          waiting.resolve();
          await place.promise;
          return auditLog.appendOnce(...given);
        },
      },
    });
    const locking = slow.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    await waiting.promise;
    await settle();
    expect((await h.deps.steps.get(id, "update"))?.state).toBe("LOCKED");
    expect((await unlock(h)).status).toBe(200);
    place.resolve();
    const reply = lockReply.parse(await (await locking).json());
    expect([reply.told, reply.warning]).toEqual([1, undefined]);
    expect(await acts()).toEqual(["locked alice", "unlocked bob"]);
  });

  it("an unlock comes behind the lock that it lifts, also where the chain could not take the lock's event at the time", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    busy.now = false;
    expect((await unlock(h)).status).toBe(200);
    expect(await acts()).toEqual(["locked alice", "unlocked bob"]);
    expect((await sweep(h.deps)()).recorded).toBe(0);
    expect(await acts()).toEqual(["locked alice", "unlocked bob"]);
  });

  it("LIVE that is on again comes behind the act that turned it off", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    await h.put("/system/live", { enabled: false, reason: "night" }, CAROL);
    busy.now = false;
    expect((await h.put("/system/live", { enabled: true, reason: "day" }, BOB)).status).toBe(200);
    await sweep(h.deps)();
    expect(await acts()).toEqual(["live_disabled carol", "live_enabled bob"]);
  });

  it("a lock after a stop whose event is still to be written comes behind it, though the chain takes its own", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    await h.put("/system/live", { enabled: false, reason: "night" }, CAROL);
    busy.now = false;
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect(await acts()).toEqual(["live_disabled carol", "locked alice"]);
  });

  it("an unlock while the chain still takes no event lifts nothing and says so, and the lock's event has one place afterwards", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    expect(isNothingWritten(await problemIn(await unlock(h)))).toBe(true);
    expect(await h.deps.locks.all()).toHaveLength(1);
    expect(await acts()).toEqual([]);
    busy.now = false;
    expect((await unlock(h)).status).toBe(200);
    expect(await acts()).toEqual(["locked alice", "unlocked bob"]);
  });

  it("a lock's event that the sweeper writes at the same moment as who unlocks stands once, before the unlock", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    busy.now = false;
    const [swept, unlocked] = await Promise.all([sweep(h.deps)(), unlock(h)]);
    expect([swept.recorded, unlocked.status]).toEqual([expect.any(Number), 200]);
    expect(await acts()).toEqual(["locked alice", "unlocked bob"]);
  });

  it("LIVE stays off where the event of turning it off cannot be written before that of turning it on", async () => {
    const { h, busy, acts, pendingStops } = await contended();
    const unread = { ...pendingStops, all: () => Promise.reject(new Error("no answer")) };
    const without = await harness({ ...h.deps, pendingStops: unread });
    busy.now = true;
    await without.put("/system/live", { enabled: false, reason: "night" }, CAROL);
    busy.now = false;
    expect((await without.put("/system/live", { enabled: true, reason: "day" }, BOB)).status).toBe(500);
    expect([await h.deps.settings.liveEnabled(), await acts()]).toEqual([false, []]);
  });
});

describe("an act whose event finds no place in the chain", () => {
  it("a contract whose event finds no place in the chain is not in force, and is when the same is put again", async () => {
    const { h, busy, acts } = await contended();
    busy.now = true;
    expect(isNothingWritten(await problemIn(await h.put("/contracts/crm_note", crmNote, ALICE)))).toBe(true);
    expect(await h.deps.contracts.get("crm_note")).toBeUndefined();
    busy.now = false;
    const again = await h.put("/contracts/crm_note", crmNote, ALICE);
    expect([again.status, contractReply.parse(await again.json()).contract.version]).toEqual([201, 1]);
    expect(await acts()).toEqual(["contract_put alice"]);
  });

  it("a contract that another version comes before has an event that says so", async () => {
    const plain = await harness();
    const { contracts } = plain.deps;
    let isFirst = true;
    const h = await harness({
      ...plain.deps,
      contracts: {
        ...contracts,
        put: async (contract) => {
          if (contract.tool_name !== "crm_note" || !isFirst) return contracts.put(contract);
          isFirst = false;
          await contracts.put({ ...contract, description: "another's", content_hash: "other" });
          return contracts.put(contract);
        },
      },
    });
    expect((await h.put("/contracts/crm_note", crmNote, ALICE)).status).toBe(201);
    const events = await h.deps.auditLog.chain(OPERATORS, OPERATORS);
    expect(events.map(({ type, body }) => [type, body.act ?? null, body.version])).toEqual([
      ["contract_put", null, 1],
      ["came_to_nothing", "contract_put", 1],
      ["contract_put", null, 2],
    ]);
  });

  it("a disabled address whose event finds no place in the chain stays disabled", async () => {
    const { h, busy, acts } = await contended();
    const known = aWebhook({ status: "disabled" });
    await h.deps.webhooks.add(known);
    busy.now = true;
    const enable = () => h.post(`/webhooks/${known.webhook_id}/enable`, {}, ALICE);
    expect(isNothingWritten(await problemIn(await enable()))).toBe(true);
    expect((await h.deps.webhooks.get(known.webhook_id))?.status).toBe("disabled");
    busy.now = false;
    expect((await enable()).status).toBe(200);
    expect(await acts()).toEqual(["webhook_enabled alice"]);
  });

  it("an unlock whose event finds no place in the chain lifts nothing", async () => {
    const { h, busy } = await contended();
    await h.post("/system/lock", { scope: everything, reason: "stop" }, ALICE);
    busy.now = true;
    expect(
      isNothingWritten(await problemIn(await h.post("/system/unlock", { scope: everything, reason: "fine" }, BOB))),
    ).toBe(true);
    expect(await h.deps.locks.all()).toHaveLength(1);
  });

  it("a decision and more time whose events find no place in the chain are answered as what they are, and are in the audit when it ends", async () => {
    const { h, busy, submit, settle } = await contended();
    const id = await submit();
    const [request] = await h.deps.approvals.ofExecution(id);
    if (request === undefined) throw new Error("nothing is asked");
    const { approval_id, digest } = request;
    busy.now = true;
    const more = await h.post(`/approvals/${encodeURIComponent(approval_id)}/extend`, { seconds: 600 }, CAROL);
    expect(more.status).toBe(200);
    const decided = await h.post(
      `/approvals/${encodeURIComponent(approval_id)}/decision`,
      { decision: "approve", digest, comment: "so be it" },
      BOB,
    );
    expect(decided.status).toBe(200);
    busy.now = false;
    await settle();
    expect((await h.deps.executions.get(id))?.status).toBe("SUCCEEDED");
    const types = (await h.deps.auditLog.chain(id, "execution")).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith("approval_"))).toEqual(
      expect.arrayContaining(["approval_extended", "approval_decided"]),
    );
  });
});
