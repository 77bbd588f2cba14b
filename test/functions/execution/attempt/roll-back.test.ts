import { describe, expect, it } from "vitest";
import { abortExecution } from "../../../../functions/api/act/abort-execution.ts";
import { resumeExecution } from "../../../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../../../functions/api/act/roll-back-execution.ts";
import { SERVICE_TOOLS } from "../../../../shared/contracts/standard/service-tools.ts";
import { type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";
import { pathOf, standing, statusOf, stepOf } from "../../../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../../../harness/people.ts";
import { call, create, plan, update } from "../../../harness/plans.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../../../harness/world.ts";

const updating = (outcome_resolution: string, changes: object = {}) =>
  jsonObject.parse({
    ...SERVICE_TOOLS.find(({ tool_name }) => tool_name === "ghl_update_contact"),
    outcome_resolution,
    ...changes,
  });

/** A world in which s1 was committed, s2 then fails, and s1 is to be undone. */
const failedPlan = async (
  options: WorldOptions,
  before: (world: TestWorld, id: string) => Promise<void>,
): Promise<{ world: TestWorld; id: string }> => {
  const world = await startWorld(options);
  await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "reject", times: null });
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" }), create("s2", "new@example.org", { after: ["s1"] })]),
    ],
  });
  await approve(world, id, "s1");
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  await before(world, id);
  await approve(world, id, "s2");
  return { world, id };
};

const compensations = async (world: TestWorld, id: string) =>
  world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "compensation" });

describe("a compensation of unknown outcome", () => {
  const keyed = { contracts: [updating("IDEMPOTENT_KEY")] };

  it("a compensation of unknown outcome is sent again with the same key where the tool takes it twice, and undoes once", async () => {
    const { world, id } = await failedPlan(keyed, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_after_effect", times: 2 }),
    );
    expect((await compensations(world, id))?.status).toBe("INDETERMINATE");
    const key = (await compensations(world, id))?.idempotency_key;
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await compensations(world, id)).toMatchObject({ status: "COMMITTED", idempotency_key: key, epoch: 2 });
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
    expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
  });

  it("a compensation of unknown outcome that died while it was sent again is left to settle, as if it had been sent for the first time", async () => {
    const { world, id } = await failedPlan(keyed, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 2 }),
    );
    const first = await compensations(world, id);
    await world.pass(world.deps.policy.settling_seconds + world.deps.policy.largest_clock_skew_seconds);
    const second = await compensations(world, id);
    expect(second?.status).toBe("INDETERMINATE");
    expect(Date.parse(second?.ended_at ?? "")).toBeGreaterThan(Date.parse(first?.ended_at ?? ""));
  });

  it("an unknown compensation is sent again three times at growing intervals, then a person is asked, the lease kept", async () => {
    const { world, id } = await failedPlan(keyed, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: null }),
    );
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    const path = await pathOf(world, id, "s1");
    expect(path.filter((event) => event === "undo_deferred")).toHaveLength(4);
    expect((await world.deps.leases.get("ghl:contact:c1"))?.step_id).toBe("s1");
    expect((await requestFor(world, id, "s1")).kind).toBe("reconcile_undo");
  });

  it("an unknown compensation is sent again in its turn, however long that takes: waiting for it is no attempt", async () => {
    const { world, id } = await failedPlan(
      { contracts: [updating("IDEMPOTENT_KEY", { max_concurrent: 1 })] },
      async (w) => {
        await w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 });
      },
    );
    const now = world.time.clock.now();
    const until = new Date(now.getTime() + 300_000).toISOString();
    const another = { execution_id: "another", step_id: "s1", until };
    await world.deps.semaphores.acquire("ghl_update_contact", 1, another, now.toISOString());
    await world.pass(200);
    expect((await stepOf(world, id, "s1")).reason).toContain("1 calls of ghl_update_contact are running");
    await world.pass(200);
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });

  it("an unknown compensation is not sent again once its key may be forgotten: a person is asked, and told so", async () => {
    const { world, id } = await failedPlan(
      { contracts: [updating("IDEMPOTENT_KEY", { idempotency_window_seconds: 50 })] },
      (w) => w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_after_effect", times: 1 }),
    );
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    expect((await requestFor(world, id, "s1")).reasons.join()).toContain("not sent again: its key is known for 50 s");
  });

  it("an unknown compensation begins anew, with as many attempts, after a person found that it did not happen", async () => {
    const { world, id } = await failedPlan(keyed, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 5 }),
    );
    await world.rest();
    await decide(world, id, "s1", "did_not_happen", { by: "ann" });
    expect(await stepOf(world, id, "s1")).toMatchObject({ state: "ROLLBACK", deferrals: 0 });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect((await stepOf(world, id, "s1")).reason).toMatch(/^its plan failed at /u);
  });

  it("a compensation of unknown outcome is not sent while everything is frozen", async () => {
    const { world, id } = await failedPlan(keyed, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 }),
    );
    await world.deps.locks.place({
      lock_id: "everything",
      scope: { kind: "everything" },
      mode: "freeze_all",
      reason: "stop",
      locked_by: "olga",
      locked_at: world.time.clock.now().toISOString(),
    });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });

  it("a compensation of unknown outcome that is looked up and did not happen is tried anew", async () => {
    const { world, id } = await failedPlan({}, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 }),
    );
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
  });

  it("an unknown compensation of a tool that nobody can ask is put to a person at once, and never sent again", async () => {
    const { world, id } = await failedPlan({ contracts: [updating("OPAQUE")] }, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 }),
    );
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    await world.rest();
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });
});

describe("a compensation of unknown outcome whose execution is aborted", () => {
  it("an unknown compensation of an aborted execution keeps its lease until a person says what happened", async () => {
    const { world, id } = await failedPlan({ contracts: [updating("OPAQUE")] }, (w) =>
      w.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 }),
    );
    await abortExecution(world.deps)(id, { by: "olga", reason: "enough" });
    await world.settle();
    expect(await statusOf(world, id)).toBe("RUNNING");
    expect((await world.deps.leases.get("ghl:contact:c1"))?.step_id).toBe("s1");
    await decide(world, id, "s1", "happened", { by: "ann" });
    await world.rest();
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
  });
});

describe("a compensation that was given up by one who died before asking a person", () => {
  it("a compensation given up by one who died before asking is put to a person all the same, and sent by nobody", async () => {
    const { world, id } = await failedPlan({}, async (w, execution_id) => {
      await w.deps.ledger.entomb({ execution_id, step_id: "s1", side: "compensation" });
    });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "LOCKED undo_failed -" });
    expect((await requestFor(world, id, "s1")).kind).toBe("undo_failed");
    expect(await compensations(world, id)).toBeUndefined();
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });
});

describe("a compensation that cannot start", () => {
  const occupied = { execution_id: "another", step_id: "x" };
  const occupy = (seconds: number) => async (world: TestWorld, id: string) => {
    const now = world.time.clock.now();
    const until = new Date(now.getTime() + seconds * 1000).toISOString();
    const lease = await world.deps.leases.acquire("ghl:contact:c1", { ...occupied, until }, now.toISOString());
    expect(lease.kind).toBe("held");
    expect(id).not.toBe("another");
  };

  it("a compensation that cannot start waits for the lease and then undoes", async () => {
    const { world, id } = await failedPlan({}, occupy(40));
    expect(await stepOf(world, id, "s1")).toMatchObject({ state: "ROLLBACK", phase: "open", deferrals: 1 });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });

  it("a compensation that cannot start is never given up silently, nor as failed: in the end a person is asked", async () => {
    const { world, id } = await failedPlan({ agents: [{ agent_id: "a1", owner: "olga" }] }, occupy(86_400));
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL undo_asked live" });
    const asked = await requestFor(world, id, "s1");
    expect(asked).toMatchObject({ kind: "undo", expires_at: null });
    expect(asked.summary).toContain("Undo ghl_update_contact? it could not start within 300 s: ghl:contact:c1");
    expect(asked.excluded).toContain("olga");
    expect(await statusOf(world, id)).toBe("RUNNING");

    const lease = await world.deps.leases.get("ghl:contact:c1");
    if (lease === undefined) throw new Error("nobody holds it");
    await world.deps.leases.release(lease, world.time.clock.now().toISOString());
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });

  it("a compensation that cannot start because its function fails every time is put to a person after a few attempts", async () => {
    let starts = 0;
    const { world, id } = await failedPlan(
      {
        wrap: (tasks) => ({
          ...tasks,
          "Roll back": async () => {
            starts += 1;
            throw new Error("no memory left");
          },
        }),
      },
      async () => {},
    );
    await world.rest();
    expect(starts).toBe(5);
    expect(await standing(world, id)).toMatchObject({ s1: "LOCKED undo_failed -" });
    expect((await openRequests(world, id)).map(({ kind }) => kind)).toEqual(["undo_failed"]);
    expect((await requestFor(world, id, "s1")).summary).toContain("it has no registered owner");
  });
});

describe("a compensation by another tool", () => {
  const room = {
    risk_level: "MEDIUM",
    timeout_seconds: 20,
    requires_approval: true,
    approvals_required: 1,
    resources: [{ key: "room:{room_id}", access: "write" }],
  };
  const book = {
    ...room,
    tool_name: "book_room",
    reversible: true,
    compensation: { tool_name: "release_room", arguments: { room_id: "{room_id}" } },
    outcome_resolution: "IDEMPOTENT_KEY",
  };
  const release = {
    ...room,
    tool_name: "release_room",
    requires_approval: false,
    approvals_required: 0,
    reversible: false,
    outcome_resolution: "OPAQUE",
  };

  /** A room that was booked is to be released, because s2 fails. */
  const booked = async (contracts: JsonObject[], before: (world: TestWorld, id: string) => Promise<void>) => {
    const world = await startWorld({ contracts });
    await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "reject", times: null });
    const steps = [call("s1", "book_room", { room_id: "r7" }), create("s2", "new@example.org", { after: ["s1"] })];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await approve(world, id, "s1");
    await before(world, id);
    await approve(world, id, "s2");
    return { world, id };
  };
  /** How often the room was released. */
  const releases = async (world: TestWorld): Promise<number> =>
    (await world.records("journal"))
      .filter(({ tool_name }) => tool_name === "release_room")
      .reduce((sum, { times }) => sum + Number(times), 0);

  const frozen = { kind: "tool", tool_name: "release_room" } as const;
  const freeze = async (world: TestWorld): Promise<void> => {
    await world.deps.locks.place({
      lock_id: "tool:release_room",
      scope: frozen,
      mode: "freeze_all",
      reason: "it releases the wrong rooms",
      locked_by: "olga",
      locked_at: world.time.clock.now().toISOString(),
    });
  };

  it.each([
    ["a person where nobody can ask that tool", release, "AWAITING_APPROVAL reconcile_undo -"],
    ["itself where it can be asked", { ...release, outcome_resolution: "QUERYABLE" }, "ABORTED finished compensated"],
  ])(
    "another tool's compensation without an answer is not sent again for its step's keys: it is found out by %s",
    async (_, named, ends) => {
      const { world, id } = await booked([book, named], (w) =>
        w.fail({ tool_name: "book_room", rung: "compensate", kind: "time_out_after_effect", times: 1 }),
      );
      const sent = await compensations(world, id);
      await world.rest();
      expect(await standing(world, id)).toMatchObject({ s1: ends });
      expect((await compensations(world, id))?.started_at).toBe(sent?.started_at);
      expect(await releases(world)).toBe(1);
    },
  );

  it("a compensation by another tool is held by a lock on that, and goes on when it is unlocked and resumed", async () => {
    const { world, id } = await booked([book, release], freeze);
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "LOCKED undo_frozen -" });
    expect(await releases(world)).toBe(0);
    const resume = () => resumeExecution(world.deps)(id, { by: "olga", reason: "mended" });
    expect(await resume()).toMatchObject({ ok: false });
    for (const lock of await world.deps.locks.all()) await world.deps.locks.remove(lock);
    expect(await resume()).toMatchObject({ ok: true });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await releases(world)).toBe(1);
  });

  it("a compensation by another tool holds what that writes, until it is known what came of it", async () => {
    const desk = { ...release, resources: [{ key: "desk:{room_id}", access: "write" }] };
    const { world, id } = await booked([book, desk], (w) =>
      w.fail({ tool_name: "book_room", rung: "compensate", kind: "time_out_before", times: 1 }),
    );
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    const held = async () => [await world.deps.leases.get("room:r7"), await world.deps.leases.get("desk:r7")];
    expect(await held()).toMatchObject([{ step_id: "s1" }, { step_id: "s1" }]);
    expect((await held()).every((lease) => (lease?.until ?? "") > "2100")).toBe(true);
    await decide(world, id, "s1", "happened", { by: "ann" });
    await world.rest();
    expect(await held()).toEqual([undefined, undefined]);
  });

  it("a compensation by another tool that wants approval is asked about first, of as many as the tool's contract says, and of nobody who may not", async () => {
    const high = { ...release, risk_level: "HIGH", requires_approval: true, approvals_required: 2 };
    const { world, id } = await booked([book, high], async () => {});
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL undo_asked live" });
    const request = await requestFor(world, id, "s1");
    expect(request).toMatchObject({ kind: "undo", approvals_required: 2, excluded: ["sam"] });
    expect(request.reasons.join()).toContain("release_room (HIGH) would undo it, which wants approval");
    await approve(world, id, "s1", { by: "ann" });
    expect(await releases(world)).toBe(0);
    await approve(world, id, "s1", { by: "bob" });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await releases(world)).toBe(1);
  });

  it("a compensation by another tool that wants approval is asked about again by each roll back that a person asks for, whatever was said before", async () => {
    const { world, id } = await booked(
      [book, { ...release, requires_approval: true, approvals_required: 1 }],
      async () => {},
    );
    await decide(world, id, "s1", "reject", { by: "ann" });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    await world.pass(60);
    expect(await rollBackExecution(world.deps)(id, { by: "sam", reason: "after all" }, null)).toMatchObject({
      ok: true,
    });
    await world.rest();
    expect((await requestFor(world, id, "s1")).kind).toBe("undo");
    expect(await releases(world)).toBe(0);
    await approve(world, id, "s1", { by: "ann" });
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });

  it("a compensation by another tool takes a turn of that, and waits while its limit is reached", async () => {
    const holder = (world: TestWorld, seconds: number) => ({
      execution_id: "another",
      step_id: "s1",
      until: new Date(world.time.clock.now().getTime() + seconds * 1000).toISOString(),
    });
    const { world, id } = await booked([book, { ...release, max_concurrent: 1 }], async (w) => {
      await w.deps.semaphores.acquire("release_room", 1, holder(w, 30), w.time.clock.now().toISOString());
    });
    await world.settle();
    expect((await stepOf(world, id, "s1")).reason).toContain("calls of release_room are running");
    expect(await releases(world)).toBe(0);
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });
});
