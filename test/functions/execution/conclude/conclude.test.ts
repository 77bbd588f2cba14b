import { describe, expect, it } from "vitest";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import type { Table } from "../../../../functions/adapters/table/table.ts";
import { abortExecution } from "../../../../functions/api/act/abort-execution.ts";
import { lockSystem, unlockSystem } from "../../../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../../../functions/api/act/roll-back-execution.ts";
import type { Deps } from "../../../../functions/deps.ts";
import { conclude } from "../../../../functions/execution/conclude/conclude.ts";
import { readView } from "../../../../functions/execution/pass/read-view.ts";
import { store } from "../../../../functions/execution/pass/store-pass.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import { advance } from "../../../../shared/execution/wave/advance.ts";
import { eventsOf, reported, standing, statusOf } from "../../../harness/outcome.ts";
import {
  approve,
  approveAll,
  approveQuietly,
  decide,
  openRequests,
  requestFor,
  submit,
} from "../../../harness/people.ts";
import { mail, plan, update } from "../../../harness/plans.ts";
import { supersede } from "../../../harness/supersede.ts";
import { startWorld } from "../../../harness/world.ts";

const two = {
  plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
};

describe("a conclusion", () => {
  it("a conclusion frees what its calls hold several at a time: thousands are done within the time of one function", async () => {
    const asking = { now: 0, most: 0, all: 0 };
    const world = await startWorld({
      depsFor: (state, deps) => {
        if (state !== "Conclude") return deps;
        const get: Deps["leases"]["get"] = async (key) => {
          asking.all += 1;
          asking.now += 1;
          asking.most = Math.max(asking.most, asking.now);
          await new Promise((resolve) => setImmediate(resolve));
          asking.now -= 1;
          return deps.leases.get(key);
        };
        return { ...deps, leases: { ...deps.leases, get } };
      },
    });
    const steps = Array.from({ length: 20 }, (_, n) => update(`s${n}`, `c${n + 1}`, { stage: "customer" }));
    const config = { max_live_escalations: 20 };
    const id = await submit(world, { plans: [plan("p1", steps)], config });
    await approveAll(world, id);
    await world.rest();
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(asking.all).toBe(20);
    expect(asking.most).toBe(16);
  });

  it("a conclusion after a failure gives every step an end, voids what is asked, and publishes what happened", async () => {
    const world = await startWorld({
      wrap: (tasks) => {
        let passes = 0;
        return {
          ...tasks,
          "Next wave": async (input) => {
            passes += 1;
            if (passes > 3) throw new Error("the table does not answer");
            return tasks["Next wave"]?.(input);
          },
        };
      },
    });
    const id = await submit(world, two);
    expect(await openRequests(world, id)).toHaveLength(2);
    await approve(world, id, "s1");
    await world.workflow.idle();
    expect(await statusOf(world, id)).toBe("FAILED");
    expect(await openRequests(world, id)).toEqual([]);
    expect(Object.values(await standing(world, id))).toEqual([
      "ABORTED finished execution_aborted",
      "ABORTED finished execution_aborted",
    ]);
    expect(Object.keys(await reported(world, id))).toEqual(["s1", "s2"]);
    expect((await eventsOf(world, id)).find(({ type }) => type === "concluded")?.body).toMatchObject({
      status: "FAILED",
      failure: expect.stringContaining("the table does not answer"),
    });
  });

  it("a conclusion after a pass that died between an event and its projection goes by the event", async () => {
    let throttled = false;
    const world = await startWorld({
      depsFor: (state, deps, table) => {
        if (state !== "Next wave") return deps;
        const put: Table["put"] = async (item, condition) => {
          if (throttled && item.pk.startsWith("STEP#")) throw new Error("throttled");
          return table.put(item, condition);
        };
        return { ...deps, steps: tablePorts({ ...table, put }).steps };
      },
    });
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    await approve(world, id, "s1");
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    throttled = true;
    expect(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong" }, null)).toMatchObject({
      ok: true,
    });
    await world.settle();
    expect(await world.deps.steps.get(id, "s1")).toMatchObject({ state: "LOCKED", phase: "undo_failed" });
    expect((await openRequests(world, id)).map(({ kind }) => kind)).toEqual(["undo_failed"]);
  });

  it("a conclusion follows the ledger where a call was committed and its event never written", async () => {
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        // The call is made and recorded in the ledger; then its function dies, and so does everything that would read it.
        Live: async (input) => {
          await tasks.Live?.(input).catch(() => undefined);
          throw new Error("out of memory");
        },
        "Next wave": async (input) => {
          const { execution_id } = input as { execution_id: string };
          const rows = await deps.ledger.ofExecution(execution_id);
          if (rows.length > 0) throw new Error("the table does not answer");
          return tasks["Next wave"]?.(input);
        },
      }),
    });
    const append = world.deps.steps.append;
    Object.assign(world.deps.steps, {
      append: async (transited: Parameters<typeof append>[0]) => {
        if (transited.event.type === "live_succeeded" && transited.event.body.reason === null) throw new Error("died");
        return append(transited);
      },
    });
    const id = await submit(world, two);
    await approve(world, id, "s1");
    await world.workflow.idle();
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    expect(await openRequests(world, id)).toEqual([]);
  });

  it("a conclusion asks what the pass that died was about to ask: whether a call of unknown outcome happened", async () => {
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        "Next wave": async (input) => {
          const { execution_id } = input as { execution_id: string };
          const rows = await deps.ledger.ofExecution(execution_id);
          if (rows.some(({ status }) => status === "INDETERMINATE")) throw new Error("the table does not answer");
          return tasks["Next wave"]?.(input);
        },
      }),
    });
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [mail("s1", "Hello")])] });
    await approve(world, id, "s1");
    await world.workflow.idle();
    expect(await statusOf(world, id)).toBe("FAILED");
    expect((await openRequests(world, id)).map(({ kind, step_id }) => [kind, step_id])).toEqual([["reconcile", "s1"]]);
  });

  it("a conclusion puts the schedule in force that the last event names, where the pass died before the record did", async () => {
    const world = await startWorld({
      depsFor: (state, deps) => {
        if (state !== "Next wave") return deps;
        const update: Deps["executions"]["update"] = async (record) => {
          const before = await deps.executions.get(record.execution_id);
          if (record.schedule?.digest !== before?.schedule?.digest) throw new Error("throttled");
          return deps.executions.update(record);
        };
        return { ...deps, executions: { ...deps.executions, update } };
      },
    });
    const id = await submit(world, two);
    await decide(world, id, "s1", "edit", {
      comment: "the other one",
      arguments: { contact_id: "c2", fields: { stage: "customer" } },
    });
    await world.workflow.idle();
    expect(await statusOf(world, id)).toBe("FAILED");
    const named = (await eventsOf(world, id)).find(({ type }) => type === "rescheduled")?.body.schedule;
    expect(named).toBeDefined();
    expect((await world.deps.executions.get(id))?.schedule).toEqual(named);
  });

  it("a conclusion repeated finds nothing left to do", async () => {
    const world = await startWorld();
    const id = await submit(world, two);
    await approveQuietly(world, id, "s1");
    await approve(world, id, "s2");
    const events = await eventsOf(world, id);
    const again = await conclude(world.deps)({ execution_id: id, history: 1, decision: "DONE" });
    expect(again).toMatchObject({ status: "SUCCEEDED" });
    expect(await eventsOf(world, id)).toEqual(events);
  });

  it("a conclusion that was given up and goes on when another has ended the execution writes nothing behind the seal", async () => {
    const world = await startWorld();
    const id = await submit(world, two);
    await approveQuietly(world, id, "s1");
    let events: unknown;
    const { appendOnce } = world.deps.auditLog;
    const auditLog: Deps["auditLog"] = {
      ...world.deps.auditLog,
      appendOnce: async (...given) => {
        if (events === undefined) {
          events = [];
          await approve(world, id, "s2");
          events = await eventsOf(world, id);
        }
        return appendOnce(...given);
      },
    };
    // It says what it would have found: that everything failed.
    await conclude({ ...world.deps, auditLog })({ execution_id: id, history: 1, decision: "FAILED", failure: {} });
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await eventsOf(world, id)).toEqual(events);
  });

  it("a conclusion made twice at once is the one whose event stands first", async () => {
    const world = await startWorld();
    const id = await submit(world, two);
    const { update } = world.deps.executions;
    let first = true;
    // The event is written, and who wrote it dies before the record says so.
    const executions: Deps["executions"] = {
      ...world.deps.executions,
      update: async (record) => {
        if (!first) return update(record);
        first = false;
        throw new Error("died");
      },
    };
    const asked = { execution_id: id, history: 1 };
    await expect(conclude({ ...world.deps, executions })({ ...asked, decision: "ABORTED" })).rejects.toThrow("died");
    expect(await conclude(world.deps)({ ...asked, decision: "FAILED", failure: {} })).toMatchObject({
      status: "ABORTED",
    });
    const conclusions = (await eventsOf(world, id)).filter(({ type }) => type === "concluded");
    expect(conclusions.map(({ body }) => body.status)).toEqual(["ABORTED"]);
  });

  it("a conclusion of a workflow run that was superseded ends nothing", async () => {
    const world = await startWorld();
    const id = await submit(world, two);
    await conclude(world.deps)({ execution_id: id, history: 7, decision: "FAILED" });
    expect(await statusOf(world, id)).toBe("RUNNING");
    expect(await openRequests(world, id)).toHaveLength(2);
  });

  it("a conclusion of a workflow run that is superseded while its steps are read leaves the fresh one alone", async () => {
    const world = await startWorld();
    const id = await submit(world, two);
    const before = await standing(world, id);
    const steps: Deps["steps"] = {
      ...world.deps.steps,
      all: async (execution_id) => {
        await supersede(world.deps, execution_id);
        return world.deps.steps.all(execution_id);
      },
    };
    const answer = await conclude({ ...world.deps, steps })({ execution_id: id, history: 1, decision: "FAILED" });
    expect(answer).toEqual({ execution_id: id, history: 1, status: "RUNNING" });
    expect(await world.deps.executions.get(id)).toMatchObject({ status: "RUNNING", history: 2, concluded: null });
    expect(await standing(world, id)).toEqual(before);
    expect(await openRequests(world, id)).toHaveLength(2);
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("concluded");
  });

  it.each(["resume_requested", "abort_requested"] as const)(
    "a conclusion as LOCKED does not swallow what somebody asked while it was made: %s",
    async (field) => {
      const world = await startWorld();
      const id = await submit(world, two);
      await lockSystem(world.deps)({ scope: { kind: "everything" }, mode: "stop_forward", reason: "odd" }, "olga");
      const { appendOnce } = world.deps.auditLog;
      let asked = false;
      // Between what Conclude read and what it writes, the lock is lifted and somebody is told "accepted".
      const auditLog: Deps["auditLog"] = {
        ...world.deps.auditLog,
        appendOnce: async (...given) => {
          if (given[2].type === "concluded" && !asked) {
            asked = true;
            const record = await world.deps.executions.get(id);
            if (record === undefined) throw new Error("no record");
            await unlockSystem(world.deps)({ scope: { kind: "everything" }, reason: "all is well" }, "omar");
            const request = { by: "olga", at: world.deps.clock.now().toISOString(), reason: "go on" };
            await world.deps.executions.update({ ...record, [field]: request });
          }
          return appendOnce(...given);
        },
      };
      const execution = await world.deps.executions.get(id);
      await conclude({ ...world.deps, auditLog })({ execution_id: id, history: 1, decision: "LOCKED" });
      expect([execution?.history, await statusOf(world, id)]).toEqual([1, "RUNNING"]);
      expect(await sweep(world.deps)()).toMatchObject({ started: 1 });
      await world.settle();
      if (field === "abort_requested") {
        expect(await statusOf(world, id)).toBe("ABORTED");
      } else {
        await approveAll(world, id);
        expect(await statusOf(world, id)).toBe("SUCCEEDED");
      }
    },
  );

  it("a conclusion as LOCKED goes on where a late pass has followed a resume that the answer knew nothing of", async () => {
    const scope = { kind: "everything" } as const;
    let resumed = false;
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        Conclude: async (input) => {
          const { execution_id, decision } = input as { execution_id: string; decision: string };
          if (decision === "LOCKED" && !resumed) {
            resumed = true;
            await unlockSystem(deps)({ scope, reason: "all is well" }, "omar");
            expect(await resumeExecution(deps)(execution_id, { by: "olga", reason: "go on" })).toMatchObject({
              ok: true,
            });
            const view = await readView(deps, execution_id);
            await store(deps, view, advance(view));
          }
          return tasks.Conclude?.(input);
        },
      }),
    });
    const id = await submit(world, two);
    await lockSystem(world.deps)({ scope, mode: "stop_forward", reason: "odd" }, "olga");
    await world.workflow.idle();
    expect([resumed, await statusOf(world, id)]).toEqual([true, "RUNNING"]);
    expect(await sweep(world.deps)()).toMatchObject({ started: 1 });
    await world.settle();
    await approveAll(world, id);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("a conclusion leaves the question of an unknown outcome open, and the answer takes the execution up again", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, {
      plans: [plan("p1", [mail("s1", "Offer")]), plan("p2", [update("t1", "c3", { stage: "customer" })])],
    });
    await approve(world, id, "s1");
    await abortExecution(world.deps)(id, { by: "olga", reason: "enough" });
    await world.settle();
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
    const seals = async () => (await world.deps.executions.get(id))?.manifests ?? 0;
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect(await seals()).toBe(1);
    await decide(world, id, "s1", "happened");
    await world.workflow.idle();
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    expect(await seals()).toBe(2);
  });
});
