import { describe, expect, it } from "vitest";
import { readOutcome } from "../../../../functions/execution/attempt/read-outcome.ts";
import { rungItem, unansweredItem } from "../../../../functions/records/workflow-input.ts";
import type { RungItem } from "../../../../shared/execution/view/view.ts";
import { eventsOf, pathOf, standing, statusOf, stepOf } from "../../../harness/outcome.ts";
import { approve, submit } from "../../../harness/people.ts";
import { create, plan, recall, update } from "../../../harness/plans.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../../../harness/world.ts";

const one = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] };

const item = (execution_id: string, rung: RungItem["rung"], step_id = "s1"): RungItem => ({
  execution_id,
  step_id,
  seq: null,
  rung,
  ceiling: "LIVE",
  ceiling_reason: null,
  provisional: false,
  start_before: null,
  rests_elsewhere: false,
});

/** The functions of the named states run twice, or fail, as `around` says. */
const wrapped = (
  state: string,
  around: (run: (input: unknown) => Promise<unknown>, input: unknown) => Promise<unknown>,
): WorldOptions => ({
  wrap: (tasks) => ({
    ...tasks,
    [state]: (input) => around(async (given) => tasks[state]?.(given), input),
  }),
});

describe("a rung that is run twice", () => {
  it.each(["Mock", "Dry run", "Live"])("a rung that is run twice does nothing the second time: %s", async (state) => {
    const world = await startWorld(
      wrapped(state, async (run, input) => {
        await run(input);
        return run(input);
      }),
    );
    const id = await submit(world, one);
    await approve(world, id, "s1");
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await pathOf(world, id, "s1")).toEqual([
      "mock_succeeded",
      "previewed",
      "approval_requested",
      "approved",
      "live_succeeded",
    ]);
    expect(await world.deps.ledger.ofExecution(id)).toHaveLength(1);
  });

  it.each(["Mock", "Dry run", "Live"])("a rung that is run twice at the same moment acts once: %s", async (state) => {
    const world = await startWorld(
      wrapped(state, async (run, input) => {
        const [first] = await Promise.allSettled([run(input), run(input)]);
        if (first.status === "rejected") throw first.reason;
        return first.value;
      }),
    );
    const id = await submit(world, { plans: [plan("p1", [create("s1", "new@example.org")])] });
    await world.workflow.idle();
    await approve(world, id, "s1");
    await world.rest();
    await world.workflow.idle();
    expect((await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org")).toHaveLength(1);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it.each(["MOCK", "DRY_RUN", "LIVE", "ROLLBACK"] as const)(
    "a rung that is run long after its turn changes nothing: %s",
    async (rung) => {
      const world = await startWorld();
      const id = await submit(world, one);
      await approve(world, id, "s1");
      const events = await eventsOf(world, id);
      const state = { MOCK: "Mock", DRY_RUN: "Dry run", LIVE: "Live", ROLLBACK: "Roll back" }[rung];
      await world.tasks.tasks[state]?.(item(id, rung));
      expect(await eventsOf(world, id)).toEqual(events);
    },
  );
});

describe("LIVE whose turn in its wave comes when its plan's time is used up", () => {
  it("LIVE at the end of its plan's time sends nothing, and leaves it to Next wave to say so by its clock too", async () => {
    let late = true;
    const world = await startWorld(
      wrapped("Live", async (run, input) => {
        if (!late) return run(input);
        late = false;
        const now = world.deps.clock.now().toISOString();
        const answer = await run({ ...unansweredItem.parse(input), start_before: now });
        expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
        expect(await stepOf(world, id, "s1")).toMatchObject({ state: "LIVE", phase: "open", look_again_at: now });
        return answer;
      }),
    );
    const id = await submit(world, one);
    await approve(world, id, "s1");
    expect((await pathOf(world, id, "s1")).slice(-2)).toEqual(["live_deferred", "live_succeeded"]);
  });
});

describe("a rung that does not answer", () => {
  it.each(["Mock", "Dry run"])(
    "a rung without effect that does not answer fails its step, with the cause: %s",
    async (state) => {
      const world = await startWorld(
        wrapped(state, async () => {
          throw new Error("out of memory");
        }),
      );
      const id = await submit(world, one);
      await world.workflow.idle();
      expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
      expect((await stepOf(world, id, "s1")).reason).toContain("out of memory");
      expect(await statusOf(world, id)).toBe("FAILED");
    },
  );

  it("a LIVE rung that never began is begun once more", async () => {
    let calls = 0;
    const world = await startWorld(
      wrapped("Live", async (run, input) => {
        calls += 1;
        if (calls === 1) throw new Error("throttled");
        return run(input);
      }),
    );
    const id = await submit(world, one);
    await approve(world, id, "s1");
    await world.rest();
    expect(calls).toBe(2);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("a LIVE rung that never begins is given up, with nothing sent", async () => {
    let calls = 0;
    const world = await startWorld(
      wrapped("Live", async () => {
        calls += 1;
        throw new Error("throttled");
      }),
    );
    const id = await submit(world, one);
    await approve(world, id, "s1");
    await world.rest();
    expect(calls).toBe(2);
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished not_started" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });

  it("a LIVE rung, given up by a pass that died before it said so, ends all the same and runs no second time", async () => {
    const world = await startWorld();
    const id = await submit(world, one);
    expect(await world.deps.ledger.entomb({ execution_id: id, step_id: "s1", side: "forward" })).toBe(true);
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished not_started" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
    expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
  });

  it("a LIVE rung that had written its intent is never called again: its outcome is looked up after the deadline", async () => {
    let calls = 0;
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        Live: async (input) => {
          calls += 1;
          if (calls > 1) return tasks.Live?.(input);
          const settle = deps.ledger.settle;
          Object.assign(deps.ledger, {
            settle: async () => {
              throw new Error("died in the middle of it");
            },
          });
          try {
            return await tasks.Live?.(input);
          } finally {
            Object.assign(deps.ledger, { settle });
          }
        },
      }),
    });
    const id = await submit(world, { plans: [plan("p1", [create("s1", "new@example.org")])] });
    await approve(world, id, "s1");
    expect(await standing(world, id)).toEqual({ s1: "LIVE open -" });
    await world.pass(20 + 30 - 1);
    expect(await standing(world, id)).toEqual({ s1: "LIVE open -" });
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect((await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org")).toHaveLength(1);
  });

  it("a rung is not taken for failed when its event was written after all", async () => {
    const world = await startWorld(
      wrapped("Dry run", async (run, input) => {
        await run(input);
        throw new Error("the answer was lost");
      }),
    );
    const id = await submit(world, one);
    await world.workflow.idle();
    expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL open -" });
  });

  it("a rung that does not answer says what the engine caught, in the function's own words where it had some", async () => {
    const reasonAfter = async (failure: { Error?: string; Cause?: string } | undefined): Promise<string | null> => {
      const world = await startWorld(wrapped("Mock", () => new Promise(() => undefined)));
      const id = await submit(world, one);
      await readOutcome(world.deps)({ ...item(id, "MOCK"), ...(failure === undefined ? {} : { failure }) });
      return (await stepOf(world, id, "s1")).reason;
    };
    const cause = JSON.stringify({ errorType: "TypeError", errorMessage: "x is not a function", trace: [] });
    expect(await reasonAfter({ Error: "TypeError", Cause: cause })).toBe("MOCK gave no answer: x is not a function");
    expect(await reasonAfter({ Error: "States.Timeout" })).toBe("MOCK gave no answer: States.Timeout");
    expect(await reasonAfter(undefined)).toBe("MOCK gave no answer: it returned nothing that could be read");
  });
});

describe("a rung whose function Lambda did not start", () => {
  const refused = { Error: "Lambda.TooManyRequestsException", Cause: "Rate Exceeded." };
  /** As a run of the state machine tells of it, so many times, before the function is started. */
  const refusing = async (state: "Mock" | "Dry run" | "Live" | "Roll back", times: number) => {
    const left = { times };
    return startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        [state]: async (input) => {
          if (left.times === 0) return tasks[state]?.(input);
          left.times -= 1;
          await readOutcome(deps)({ ...rungItem.parse(input), failure: refused });
          return { answered: true };
        },
      }),
    });
  };

  it.each(["Mock", "Dry run"] as const)(
    "a rung that Lambda did not start is handed out again in %s, however often: the step did nothing wrong",
    async (state) => {
      const world = await refusing(state, 9);
      const id = await submit(world, one);
      await world.workflow.idle();
      expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL open -" });
    },
  );

  it.each(["Lambda.ServiceException", "Lambda.SdkClientException"])(
    "a rung that Lambda did not start is handed out again with %s, where it had no effect",
    async (name) => {
      const world = await startWorld(wrapped("Mock", () => new Promise(() => undefined)));
      const id = await submit(world, one);
      await readOutcome(world.deps)({ ...item(id, "MOCK"), failure: { Error: name } });
      expect(await standing(world, id)).toEqual({ s1: "MOCK open -" });
    },
  );

  it("a LIVE rung that Lambda did not start runs when there is room, five minutes after each refusal, only once", async () => {
    const world = await refusing("Live", 4);
    const id = await submit(world, one);
    await approve(world, id, "s1");
    const { look_again_at, reason, deferrals } = await stepOf(world, id, "s1");
    expect({ look_again_at, reason, deferrals }).toEqual({
      look_again_at: new Date(world.deps.clock.now().getTime() + 300_000).toISOString(),
      reason: "Lambda did not start the function: Rate Exceeded.",
      deferrals: 0,
    });
    for (let refusal = 0; refusal < 4; refusal += 1) await world.pass(300);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect((await world.deps.ledger.ofExecution(id)).map(({ status }) => status)).toEqual(["COMMITTED"]);
  });
});

describe("a LIVE call", () => {
  const inCall = async (world: TestWorld, id: string) => ({
    inFlight: (await world.deps.inFlightCalls.all()).map(({ step_id }) => step_id),
    row: (await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" }))?.status,
    lease: (await world.deps.leases.get("ghl:contact:c1"))?.step_id,
  });

  it("a LIVE call is in flight, has its intent and holds its lease while it runs, and leaves only its row", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 3_000, times: 1 });
    const id = await submit(world, one);
    await approve(world, id, "s1");
    expect(await inCall(world, id)).toEqual({ inFlight: ["s1"], row: "INTENT", lease: "s1" });
    await world.pass(3);
    expect(await inCall(world, id)).toEqual({ inFlight: [], row: "COMMITTED", lease: undefined });
  });

  it("a LIVE call that is refused leaves nothing behind either, and says why", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject", message: "422 no such stage" });
    const id = await submit(world, one);
    await approve(world, id, "s1");
    expect(await inCall(world, id)).toEqual({ inFlight: [], row: "REJECTED", lease: undefined });
    expect((await stepOf(world, id, "s1")).reason).toBe("422 no such stage");
  });

  it("a LIVE call has stored how to undo it before it is made", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 3_000, times: 1 });
    const id = await submit(world, one);
    await approve(world, id, "s1");
    const row = await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" });
    expect(row?.undo).toMatchObject({ fields: [{ field: "stage", ours: "customer", back_to: "qualified" }] });
    expect(row?.approved_digest).toBe((await stepOf(world, id, "s1")).approved_digest);
    await world.pass(3);
  });

  it("a LIVE call that only reads leaves no row, takes a turn of its tool, and gives it back", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "memory_search", rung: "call", kind: "slow", delay_ms: 1_000, times: 1 });
    const id = await submit(world, { plans: [plan("p1", [recall("s1", "invoices")])] });
    expect((await world.deps.inFlightCalls.all()).map(({ step_id }) => step_id)).toEqual(["s1"]);
    await world.pass(1);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
    const at = world.time.clock.now().toISOString();
    const holder = { execution_id: "x", step_id: "y", until: "2099-01-01T00:00:00.000Z" };
    for (let n = 0; n < 20; n += 1) {
      expect(await world.deps.semaphores.acquire("memory_search", 20, { ...holder, step_id: `y${n}` }, at)).toBe(
        "acquired",
      );
    }
  });
});
