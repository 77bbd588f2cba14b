import { describe, expect, it } from "vitest";
import { abortExecution } from "../../../../functions/api/act/abort-execution.ts";
import { decideApproval } from "../../../../functions/api/act/decide-approval.ts";
import type { Deps } from "../../../../functions/deps.ts";
import type { RequestView } from "../../../../functions/execution/pass/approval-requests.ts";
import { HISTORY_EVENTS } from "../../../../functions/execution/pass/history-events.ts";
import { nextWave } from "../../../../functions/execution/pass/next-wave.ts";
import { readView } from "../../../../functions/execution/pass/read-view.ts";
import { store } from "../../../../functions/execution/pass/store-pass.ts";
import { StepMoved } from "../../../../functions/execution/step/step-context.ts";
import { startRun } from "../../../../functions/records/run-life-cycle.ts";
import { workflowRun } from "../../../../functions/records/workflow-input.ts";
import type { ApprovalRequest } from "../../../../shared/execution/approval/approval.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { type Advance, advance } from "../../../../shared/execution/wave/advance.ts";
import { eventsOf, standing, statusOf } from "../../../harness/outcome.ts";
import { approve, approveAll, approveQuietly, openRequests, requestFor, submit } from "../../../harness/people.ts";
import { create, plan, recall, update } from "../../../harness/plans.ts";
import { supersede } from "../../../harness/supersede.ts";
import { startWorld } from "../../../harness/world.ts";

const writes = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), create("s2", "new@example.org")])] };

describe("a pass of Next wave", () => {
  it("a pass of Next wave asked again answers the same, whatever has happened since, and writes nothing", async () => {
    const world = await startWorld();
    const id = await submit(world, writes);
    const pass = { execution_id: id, history: 1, pass: 1 };
    const first = await nextWave(world.deps)(pass);
    expect(first).toMatchObject({ decision: "WAVE", pass: 2, wave: [{ rung: "MOCK", steps: [{}, {}] }] });
    await approveAll(world, id);
    const events = await eventsOf(world, id);
    expect(await nextWave(world.deps)(pass)).toEqual(first);
    expect(await eventsOf(world, id)).toEqual(events);
  });

  it("a pass of Next wave of a workflow run that was superseded, or after the conclusion, hands nothing out", async () => {
    const world = await startWorld();
    const id = await submit(world, writes);
    expect(await nextWave(world.deps)({ execution_id: id, history: 2, pass: 1 })).toMatchObject({
      decision: "DONE",
      wave: [],
    });
    await approveAll(world, id);
    expect(await nextWave(world.deps)({ execution_id: id, history: 1, pass: 99 })).toMatchObject({
      decision: "DONE",
      wave: [],
    });
  });

  it("a pass of Next wave of a workflow run that is superseded while it reads leaves what people decided to the fresh one", async () => {
    const world = await startWorld();
    const id = await submit(world, writes);
    await approveQuietly(world, id, "s1");
    const events = await eventsOf(world, id);
    const approvals: Deps["approvals"] = {
      ...world.deps.approvals,
      ofExecution: async (execution_id) => {
        await supersede(world.deps, execution_id);
        return world.deps.approvals.ofExecution(execution_id);
      },
    };
    const asked = { execution_id: id, history: 1, pass: 99 };
    expect(await nextWave({ ...world.deps, approvals })(asked)).toMatchObject({ decision: "DONE", wave: [] });
    expect(await eventsOf(world, id)).toEqual(events);
  });

  it("a pass of Next wave goes on in a fresh workflow run before the old one is full", async () => {
    const world = await startWorld({ policy: { wait_for_resources_seconds: 3_600 } });
    const reads = Array.from({ length: 400 }, (_, n) => recall(`r${n}`, "invoices", { agent: `a${n}` }));
    const id = await submit(world, { plans: [plan("p1", reads)] });
    await world.rest();
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    const execution = await world.deps.executions.get(id);
    expect(execution?.history).toBeGreaterThan(1);
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((pass) => world.deps.executions.passAnswer(id, 1, pass)),
    );
    // The steps that CONTINUE counts besides were not handed out: they are the fresh workflow run's.
    const handedOut = answers.filter((answer) => answer?.decision === "WAVE");
    const used = handedOut.map((answer) => Number(answer?.events_used));
    expect(Math.max(...used)).toBeLessThanOrEqual(HISTORY_EVENTS.budget);
    expect(answers.some((answer) => answer?.decision === "CONTINUE")).toBe(true);
  });
});

describe("a request that is decided in the moment in which it is taken back", () => {
  it("a request decided in the moment in which it is taken back keeps its decision: the pass writes nothing, looks again", async () => {
    const asked: ApprovalRequest[] = [];
    const afterMoved: (StepRecord | undefined)[] = [];
    const world = await startWorld({
      wrap: (tasks, deps) => {
        const update = async (changed: ApprovalRequest) => {
          const request = asked.find(({ approval_id }) => approval_id === changed.approval_id);
          if (request !== undefined && changed.status === "voided") {
            const approving = { decision: "approve", digest: request.digest, comment: null, arguments: null } as const;
            await decideApproval(deps)(request.approval_id, approving, "ann", false);
          }
          return deps.approvals.update(changed);
        };
        const racing = nextWave({ ...deps, approvals: { ...deps.approvals, update } });
        const looking = async (input: unknown) => {
          try {
            return await racing(input);
          } catch (error) {
            const [request] = asked;
            if (error instanceof StepMoved && request !== undefined) {
              afterMoved.push(await deps.steps.get(request.execution_id, request.step_id));
            }
            throw error;
          }
        };
        return { ...tasks, "Next wave": looking };
      },
    });
    const id = await submit(world, writes);
    const request = await requestFor(world, id, "s1");
    const before = await world.deps.steps.get(id, "s1");
    asked.push(request);
    expect(await abortExecution(world.deps)(id, { by: "olga", reason: "wrong customer" })).toMatchObject({ ok: true });
    await world.settle();
    expect(afterMoved).toEqual([before]);
    expect(await world.deps.approvals.get(request.approval_id)).toMatchObject({
      status: "approved",
      decided_by: "ann",
    });
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished execution_aborted",
      s2: "ABORTED finished execution_aborted",
    });
    expect(await world.records("outbox")).toEqual([]);
  });
});

describe("a pass that goes on when all is over", () => {
  it("a pass that goes on when all is over asks nobody: the step that it would ask about was moved by another", async () => {
    const late: { view: RequestView; answer: Advance }[] = [];
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        "Next wave": async (input) => {
          const { execution_id } = workflowRun.parse(input);
          const view = await readView(deps, execution_id);
          const answer = advance(view);
          if (answer.asks.length === 0) return nextWave(deps)(input);
          late.push({ view, answer });
          // The pass that came first saw what this one did not: LIVE was switched off in between.
          return nextWave({ ...deps, settings: { ...deps.settings, liveEnabled: async () => false } })(input);
        },
      }),
    });
    const id = await submit(world, writes);
    await world.settle();
    expect(await statusOf(world, id)).toBe("INCOMPLETE");
    const [zombie] = late;
    if (zombie === undefined) throw new Error("nobody was to be asked");
    await expect(store(world.deps, zombie.view, zombie.answer)).rejects.toThrow(StepMoved);
    expect(await openRequests(world, id)).toEqual([]);
    expect(world.bus.published.map(({ type }) => type)).not.toContain("ApprovalRequested");
  });

  it("a pass that goes on when all is over after it had announced its requests finds their places taken: they were taken back with their steps", async () => {
    const held: ApprovalRequest[] = [];
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        "Next wave": nextWave({
          ...deps,
          approvals: {
            ...deps.approvals,
            open: async (request) => {
              held.push(request);
              throw new Error("given up");
            },
          },
        }),
      }),
    });
    const id = await submit(world, writes);
    await world.settle();
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished execution_aborted",
      s2: "ABORTED finished execution_aborted",
    });
    expect(new Set(held.map(({ step_id }) => step_id))).toEqual(new Set(["s1", "s2"]));
    for (const request of held) {
      expect(await world.deps.approvals.open(request)).toMatchObject({ status: "voided", step_id: request.step_id });
    }
    expect(await openRequests(world, id)).toEqual([]);
  });
});

/** Breaks off before the n-th write of a kind, as a crash between two writes does. */
const crashing = (limit: { writes: number }) =>
  startWorld({
    wrap: (tasks, deps) => ({
      ...tasks,
      "Next wave": nextWave({
        ...deps,
        steps: {
          ...deps.steps,
          append: async (transited) => {
            if (limit.writes === 0) throw new Error("crashed");
            limit.writes -= 1;
            return deps.steps.append(transited);
          },
        },
        approvals: {
          ...deps.approvals,
          open: async (request) => {
            if (limit.writes === 0) throw new Error("crashed");
            limit.writes -= 1;
            return deps.approvals.open(request);
          },
          update: async (request) => {
            if (limit.writes === 0) throw new Error("crashed");
            limit.writes -= 1;
            return deps.approvals.update(request);
          },
        },
        executions: {
          ...deps.executions,
          answerPass: async (...args) => {
            if (limit.writes === 0) throw new Error("crashed");
            limit.writes -= 1;
            return deps.executions.answerPass(...args);
          },
        },
      }),
    }),
  });

describe("a crash of Next wave", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    "a crash of Next wave before its write number %i loses nothing, asks nothing twice, and repeats no call",
    async (writesBefore) => {
      const limit = { writes: writesBefore };
      const world = await crashing(limit);
      const id = await submit(world, writes);
      await world.workflow.idle();
      // The engine has given up and the execution is concluded as failed, or it is waiting: take it up again, whole.
      limit.writes = Number.POSITIVE_INFINITY;
      const execution = await world.deps.executions.get(id);
      if (execution === undefined) throw new Error("no execution");
      if (execution.status !== "RUNNING") {
        expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
        expect(await openRequests(world, id)).toEqual([]);
        for (const record of await world.deps.steps.all(id)) expect(record.phase).toBe("finished");
        return;
      }
      await startRun(world.deps)(execution);
      await world.settle();
      const asked = await openRequests(world, id);
      expect(asked.map(({ step_id }) => step_id).sort()).toEqual(["s1", "s2"]);
      await approve(world, id, "s1");
      await approve(world, id, "s2");
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "LIVE finished live" });
    },
  );

  it.each([0, 1, 2, 3, 4, 5])(
    "a crash of Next wave, once, before its write number %i, is mended by the engine's retry",
    async (writesBefore) => {
      const limit = { writes: writesBefore };
      const world = await startWorld({
        wrap: (tasks, deps) => {
          const guarded = nextWave({
            ...deps,
            steps: {
              ...deps.steps,
              append: async (transited) => {
                limit.writes -= 1;
                if (limit.writes === -1) throw new Error("crashed");
                return deps.steps.append(transited);
              },
            },
          });
          return { ...tasks, "Next wave": guarded };
        },
      });
      const id = await submit(world, writes);
      await world.workflow.idle();
      const asked = await openRequests(world, id);
      expect(asked.map(({ step_id }) => step_id).sort()).toEqual(["s1", "s2"]);
      await approve(world, id, "s1");
      await approve(world, id, "s2");
      await world.workflow.idle();
      expect(await statusOf(world, id)).toBe("SUCCEEDED");
      expect((await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org")).toHaveLength(1);
      expect(await world.deps.approvals.ofExecution(id)).toHaveLength(2);
    },
  );
});
