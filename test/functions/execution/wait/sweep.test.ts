import { describe, expect, it } from "vitest";
import { decideApproval } from "../../../../functions/api/act/decide-approval.ts";
import { extendApproval } from "../../../../functions/api/act/extend-approval.ts";
import { submitPlans } from "../../../../functions/api/submit/submit-plans.ts";
import { conclude } from "../../../../functions/execution/conclude/conclude.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import { outlivesExecution } from "../../../../functions/records/take-up-decided.ts";
import { approvalRequest } from "../../../../shared/execution/approval/approval.ts";
import { eventsOf, standing, statusOf } from "../../../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../../../harness/people.ts";
import { mail, plan, recall, update } from "../../../harness/plans.ts";
import { inMemory } from "../../../harness/stores.ts";
import { startWorld, type TestWorld } from "../../../harness/world.ts";
import { approval } from "../../../ports/records.ts";

const swept = async (world: TestWorld) => {
  const result = await sweep(world.deps)();
  await world.settle();
  return result;
};

const reminders = (world: TestWorld) => world.bus.published.filter(({ type }) => type === "ApprovalReminder");

describe("a reminder", () => {
  const asked = async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])],
      config: { approval_timeout_seconds: 1_000 },
    });
    return { world, id, request: await requestFor(world, id, "s1") };
  };

  it("a reminder goes out at half time, not before, and once", async () => {
    const { world, id, request } = await asked();
    await world.pass(499);
    expect((await swept(world)).reminded).toBe(0);
    await world.pass(1);
    expect((await swept(world)).reminded).toBe(1);
    expect(reminders(world)).toEqual([
      {
        type: "ApprovalReminder",
        detail: expect.objectContaining({
          id: `${request.approval_id}/reminder`,
          approval_id: request.approval_id,
          execution_id: id,
          expires_at: request.expires_at,
        }),
      },
    ]);
    await world.pass(100);
    expect((await swept(world)).reminded).toBe(0);
    expect((await requestFor(world, id, "s1")).reminded_at).toBe("2026-03-02T09:08:20.000Z");
    await approve(world, id, "s1");
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("a reminder of a request that was extended goes out at half of its longer life", async () => {
    const { world, request } = await asked();
    await extendApproval(world.deps)(request.approval_id, { seconds: 1_000 }, "olga");
    await world.pass(999);
    expect((await swept(world)).reminded).toBe(0);
    await world.pass(1);
    expect((await swept(world)).reminded).toBe(1);
  });

  it("a reminder is not sent for what is decided", async () => {
    const { world, id } = await asked();
    await approve(world, id, "s1");
    await world.pass(600);
    expect((await swept(world)).reminded).toBe(0);
    expect(reminders(world)).toEqual([]);
  });

  it("a request stored before there were reminders has none", () => {
    const { reminded_at, ...before } = approval();
    expect(reminded_at).toBeNull();
    expect(approvalRequest.parse(before).reminded_at).toBeNull();
  });
});

describe("a decision that nobody told its execution", () => {
  /** A mail of unknown outcome, in an execution that was aborted and has concluded. */
  const concluded = async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, {
      plans: [plan("p1", [recall("s0", "x"), mail("s1", "Hello", { after: ["s0"] })])],
    });
    await approve(world, id, "s1");
    const execution = await world.deps.executions.get(id);
    if (execution === undefined) throw new Error("no execution");
    const by = { by: "olga", at: world.time.clock.now().toISOString(), reason: "stop" };
    await world.deps.executions.update({ ...execution, abort_requested: by });
    await swept(world);
    expect(await statusOf(world, id)).toBe("ABORTED");
    return { world, id, request: await requestFor(world, id, "s1") };
  };

  /** Decides, and dies before telling. */
  const say = async (world: TestWorld, request: Awaited<ReturnType<typeof requestFor>>) => {
    const word = { decision: "happened", digest: request.digest, comment: null, arguments: null } as const;
    const decided = await decideApproval(world.deps)(request.approval_id, word, "ann", false);
    expect(decided.ok).toBe(true);
  };

  it("a decision that nobody told its execution is found by the sweeper, applied, and forgotten", async () => {
    const { world, id, request } = await concluded();
    await say(world, request);
    await world.settle();
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile -" });
    expect((await swept(world)).taken_up).toBe(1);
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    expect(await openRequests(world, id)).toEqual([]);
    expect((await swept(world)).taken_up).toBe(0);
    expect(await world.deps.pendingDecisions.all()).toEqual([]);
  });

  it("a decision that nobody told its execution is found too where it fell between what Conclude read and what it wrote", async () => {
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        Conclude: async (input) => {
          const auditLog: typeof deps.auditLog = {
            ...deps.auditLog,
            appendOnce: async (execution_id, chain, entry, ...how) => {
              // Everything is read and written but the end: now somebody decides, and tells an execution that runs.
              const open = (await deps.approvals.ofExecution(execution_id)).find(({ status }) => status === "open");
              if (entry.type === "concluded" && open !== undefined) await say(world, open);
              return deps.auditLog.appendOnce(execution_id, chain, entry, ...how);
            },
          };
          return conclude({ ...deps, auditLog })(input);
        },
      }),
    });
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [mail("s1", "Hello")])] });
    await approve(world, id, "s1");
    const execution = await world.deps.executions.get(id);
    if (execution === undefined) throw new Error("no execution");
    const by = { by: "olga", at: world.time.clock.now().toISOString(), reason: "stop" };
    await world.deps.executions.update({ ...execution, abort_requested: by });
    await swept(world);
    await swept(world);
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a decision that nobody told its execution leaves no mark for ever where nobody decided after all", async () => {
    const { world, request } = await concluded();
    const since = world.time.clock.now().toISOString();
    await world.deps.pendingDecisions.put({ approval_id: request.approval_id, since });
    await swept(world);
    expect(await world.deps.pendingDecisions.all()).toHaveLength(1);
    await world.pass(3_601);
    await swept(world);
    expect(await world.deps.pendingDecisions.all()).toEqual([]);
  });

  it("a decision that nobody told its execution costs no mark where the execution waits for it", () => {
    expect(outlivesExecution("approve")).toBe(false);
    for (const kind of ["reconcile", "reconcile_undo", "undo_failed", "undo"] as const) {
      expect(outlivesExecution(kind)).toBe(true);
    }
  });
});

describe("a sweep", () => {
  const three = async () => {
    const world = await startWorld();
    for (const contact of ["c1", "c2", "c3"]) {
      await submit(world, { plans: [plan("p1", [update("s1", contact, { stage: "customer" })])] });
    }
    return world;
  };
  const lookedAt = async (world: TestWorld, signal?: AbortSignal, broken?: string) => {
    const looked: string[] = [];
    const readable = async (id: string) => {
      looked.push(id);
      if (id === broken) throw new Error("its record cannot be read");
      return world.deps.approvals.readable(id);
    };
    const swept = sweep({ ...world.deps, approvals: { ...world.deps.approvals, readable } }, signal)();
    if (broken === undefined) await swept;
    else await expect(swept).rejects.toThrow(AggregateError);
    return [...new Set(looked)];
  };

  it("a sweep looks at every execution, and begins at another in another minute", async () => {
    const world = await three();
    const first = await lookedAt(world);
    await world.pass(60);
    const second = await lookedAt(world);
    expect(first).toHaveLength(3);
    expect([...second].sort()).toEqual([...first].sort());
    expect(second[0]).not.toBe(first[0]);
  });

  it("a sweep looks at all others where one cannot be looked at, and fails then", async () => {
    expect(await lookedAt(await three(), undefined, "exec0001")).toHaveLength(3);
  });

  it("a sweep that was told to end begins no further execution", async () => {
    expect(await lookedAt(await three(), AbortSignal.abort())).toEqual([]);
  });
});

describe("a workflow run that is on record", () => {
  it("a workflow run that is on record and was never started is started; one that has begun is left alone", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [recall("s1", "x")])] });
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    const record = await world.deps.executions.get(id);
    if (record === undefined) throw new Error("gone");
    expect((await swept(world)).started).toBe(0);
    // Taken up by somebody who died before starting it.
    await world.deps.executions.update({
      ...record,
      status: "RUNNING",
      history: record.history + 1,
      ended_at: null,
      concluded: null,
    });
    expect((await swept(world)).started).toBe(1);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("a workflow run that is on record and whose first event was never written has it before any other, once", async () => {
    const world = await startWorld();
    const { auditLog } = world.deps;
    const dying = { ...world.deps, auditLog: { ...auditLog, begin: () => Promise.reject(new Error("killed")) } };
    const plans = { plans: [plan("p1", [recall("s1", "x")])] };
    const request = { text: JSON.stringify(plans), body: plans, submitter: "sam", idempotency_key: undefined };
    await expect(submitPlans(dying)(request)).rejects.toThrow("killed");
    const [record] = (await world.deps.executions.list({ limit: 10, next: null })).items;
    const id = record?.execution_id ?? "";
    expect(await eventsOf(world, id)).toEqual([]);
    expect((await swept(world)).started).toBe(1);
    await world.rest();
    const told = (await eventsOf(world, id)).filter(({ chain }) => chain === "execution");
    expect(told.map(({ type }) => type).filter((type) => type === "submitted")).toHaveLength(1);
    expect(told[0]).toMatchObject({ type: "submitted", seq: 1, actor: "sam" });
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });
});

describe("artifacts that could not be written when their execution ended", () => {
  const onAFullDisk = async () => {
    const stores = inMemory();
    const disk = { full: true };
    const artifactFiles: typeof stores.artifactFiles = {
      ...stores.artifactFiles,
      write: (...file) =>
        disk.full ? Promise.reject(new Error("no space left on device")) : stores.artifactFiles.write(...file),
    };
    const world = await startWorld({ stores: { ...stores, artifactFiles } });
    const id = await submit(world, { plans: [plan("p1", [recall("s1", "invoice")])] });
    await world.rest();
    return { world, id, disk };
  };
  const recordOf = async (world: TestWorld, id: string) => {
    const record = await world.deps.executions.get(id);
    if (record === undefined) throw new Error(`no execution ${id}`);
    return record;
  };

  it("artifacts that found no room are published by the next sweep when there is some, and the execution measured once", async () => {
    const { world, id, disk } = await onAFullDisk();
    expect(await recordOf(world, id)).toMatchObject({ status: "RUNNING", concluded: "SUCCEEDED" });
    disk.full = false;
    expect((await swept(world)).started).toBe(1);
    await world.rest();
    const { status, manifests, history, ...rest } = await recordOf(world, id);
    expect({ status, manifests }).toEqual({ status: "SUCCEEDED", manifests: 1 });
    expect(rest).not.toHaveProperty("publishing_given_up");
    // It stands as it was concluded: a record in a workflow run that nothing is said of would count as changed.
    const concluded = (await eventsOf(world, id)).filter(({ type }) => type === "concluded");
    expect(concluded.map(({ body }) => body.history)).toEqual([history]);
    const measured = await world.deps.metricHistory.read(
      "system_health_score",
      "2000-01-01T00:00:00.000Z",
      "2100-01-01T00:00:00.000Z",
    );
    expect(measured.items).toHaveLength(1);
  });

  it("artifacts whose last attempt lies ahead of a clock that was set back are not waited for as much longer", async () => {
    const { world, id, disk } = await onAFullDisk();
    const { publishing_given_up: _, ...tried } = await recordOf(world, id);
    const ahead = new Date(world.deps.clock.now().getTime() + 7_200_000).toISOString();
    await world.deps.executions.update({ ...tried, publishing_at: ahead });
    disk.full = false;
    expect((await swept(world)).started).toBe(1);
  });

  it("artifacts that nobody has given up are left to whoever tries, for two minutes", async () => {
    const { world, id, disk } = await onAFullDisk();
    const { publishing_given_up: _, ...tried } = await recordOf(world, id);
    await world.deps.executions.update(tried);
    disk.full = false;
    await world.pass(60);
    expect((await swept(world)).started).toBe(0);
    await world.pass(60);
    expect((await swept(world)).started).toBe(1);
  });

  it("artifacts that find no room for long are tried once by each sweep, of some executions", async () => {
    const { world, id, disk } = await onAFullDisk();
    const others = Array.from({ length: 24 }, (_, n) => recall(`s${n}`, `invoice ${n}`));
    for (const step of others) await submit(world, { plans: [plan("p1", [step])] });
    await world.rest();
    await world.pass(10);
    expect((await swept(world)).started).toBe(20);
    await world.rest();
    expect((await recordOf(world, id)).status).toBe("RUNNING");
    disk.full = false;
    await world.pass(130);
    expect((await swept(world)).started).toBe(25);
    await world.rest();
    expect((await recordOf(world, id)).status).toBe("SUCCEEDED");
  });
});

describe("of many that wait for what has already happened", () => {
  it("a sweep wakes some, and leaves the others to the next", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    const record = await world.deps.executions.get(id);
    const answer = await world.deps.executions.lastPass(id, 1);
    const ids = Array.from({ length: 2_000 }, (_, n) => `e${n}`);
    const woken = new Set<string>();
    const many = {
      ...world.deps,
      executions: {
        ...world.deps.executions,
        running: async () => ids,
        get: async (execution_id: string) => record && { ...record, execution_id },
        lastPass: async (execution_id: string) =>
          answer && (woken.has(execution_id) ? { ...answer, decision: "WAVE" } : { ...answer, seen: "something else" }),
      },
      waker: {
        wake: async (some: readonly string[]) => {
          for (const each of some) woken.add(each);
          return new Set(some);
        },
      },
    };
    await sweep(many)();
    expect(woken.size).toBeGreaterThanOrEqual(500);
    expect(woken.size).toBeLessThan(1_000);
    for (let minute = 0; minute < 5; minute += 1) {
      await world.pass(60);
      await sweep(many)();
    }
    expect(woken.size).toBe(2_000);
  });
});
