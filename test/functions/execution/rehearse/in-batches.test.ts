import { describe, expect, it } from "vitest";
import { settleAnswers } from "../../../../functions/execution/pass/settle-answers.ts";
import { dryRun } from "../../../../functions/execution/rehearse/dry-run.ts";
import { waveItem } from "../../../../functions/records/workflow-input.ts";
import { pathOf, standing, statusOf, stepOf } from "../../../harness/outcome.ts";
import { approveAll, submit } from "../../../harness/people.ts";
import { plan, update } from "../../../harness/plans.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../../../harness/world.ts";

const STEPS = ["s1", "s2", "s3"];
const three = {
  plans: STEPS.map((id, place) => plan(`p${place}`, [update(id, `c${place + 1}`, { stage: "customer" })])),
};

const stepsOf = (input: unknown): string[] => {
  const item = waveItem.parse(input);
  return "steps" in item ? item.steps.map(({ step_id }) => step_id) : [item.step_id];
};

type Around = (run: (input: unknown) => Promise<unknown>, input: unknown) => Promise<unknown>;

/** A world in which the function of a state is what `around` makes of it, with the steps of each of its calls. */
const watching = async (state: string, around: Around): Promise<{ world: TestWorld; calls: string[][] }> => {
  const calls: string[][] = [];
  const wrap: WorldOptions["wrap"] = (tasks) => ({
    ...tasks,
    [state]: (input) => {
      calls.push(stepsOf(input));
      return around(async (given) => tasks[state]?.(given), input);
    },
  });
  return { world: await startWorld({ wrap }), calls };
};

const asked = { s1: "AWAITING_APPROVAL open -", s2: "AWAITING_APPROVAL open -", s3: "AWAITING_APPROVAL open -" };

describe("steps that are rehearsed together", () => {
  it.each(["Mock", "Dry run"])(
    "steps that are rehearsed together are handed to one function, which answers for each: %s",
    async (state) => {
      const { world, calls } = await watching(state, (run, input) => run(input));
      const id = await submit(world, three);
      await world.workflow.idle();
      expect(calls).toEqual([STEPS]);
      expect(await standing(world, id)).toEqual(asked);
    },
  );

  it.each(["Mock", "Dry run"])(
    "steps that are rehearsed together are rehearsed one by one when their function failed, and one fails alone: %s",
    async (state) => {
      const { world, calls } = await watching(state, async (run, input) => {
        if (stepsOf(input).includes("s2")) throw new Error("out of memory");
        return run(input);
      });
      const id = await submit(world, three);
      await world.workflow.idle();
      expect(await standing(world, id)).toEqual({ ...asked, s2: "ABORTED finished failed" });
      expect((await stepOf(world, id, "s2")).reason).toContain("out of memory");
      expect(new Set(calls.map((steps) => steps.join()))).toEqual(new Set(["s1,s2,s3", "s1", "s2", "s3"]));
    },
  );

  it("steps rehearsed together, of which one fails by surprise, are rehearsed all the same, and not again", async () => {
    let puts = 0;
    const world = await startWorld({
      wrap: (tasks, deps) => {
        const put: typeof deps.bodies.put = async (...given) => {
          puts += 1;
          if (puts === 2) throw new Error("the store is away");
          return deps.bodies.put(...given);
        };
        const toolbox = deps.toolbox;
        return { ...tasks, "Dry run": dryRun({ ...deps, toolbox, bodies: { ...deps.bodies, put } }) };
      },
    });
    const id = await submit(world, three);
    await world.workflow.idle();
    expect(await standing(world, id)).toEqual(asked);
    for (const step_id of STEPS) {
      const previews = (await pathOf(world, id, step_id)).filter((event) => event === "previewed");
      expect(previews).toEqual(["previewed"]);
    }
  });

  it("steps for which the time of their function does not suffice are left to the next wave", async () => {
    const { world } = await watching("Dry run", () => new Promise(() => undefined));
    const id = await submit(world, three);
    await world.settle();
    const item = { execution_id: id, rung: "DRY_RUN", at_once: 1, correlation_id: null };
    const steps = STEPS.map((step_id) => ({ step_id, ceiling: "LIVE", ceiling_reason: null, provisional: false }));
    const start = world.deps.clock.now().getTime();
    let times = 0;
    // Looked at when it begins, and then by every step: most of the time is over when the second has its turn.
    const now = (): Date => new Date(start + (times++ < 3 ? 0 : 850_000));
    expect(await dryRun({ ...world.deps, clock: { now } })({ ...item, steps })).toEqual({ answered: true });
    expect(await standing(world, id)).toEqual({ s1: "DRY_RUN open -", s2: "DRY_RUN open -", s3: "DRY_RUN open -" });
    const previewed = await Promise.all(STEPS.map(async (each) => (await stepOf(world, id, each)).preview !== null));
    expect(previewed).toEqual([true, false, false]);
  });
});

describe("a function that answers nothing that can be read", () => {
  it("a function whose answer cannot be read and that was to rehearse several steps is asked for one at a time", async () => {
    const { world, calls } = await watching("Mock", async (run, input) =>
      stepsOf(input).length > 1 ? null : run(input),
    );
    const id = await submit(world, three);
    await world.workflow.idle();
    expect(calls).toEqual([STEPS, ["s1"], ["s2"], ["s3"]]);
    expect(await standing(world, id)).toEqual(asked);
  });

  it("a function whose answer cannot be read and that did nothing fails the step that it was to rehearse alone", async () => {
    const { world } = await watching("Mock", async (run, input) => (stepsOf(input).includes("s2") ? null : run(input)));
    const id = await submit(world, three);
    await world.workflow.idle();
    expect(await standing(world, id)).toEqual({ ...asked, s2: "ABORTED finished failed" });
    expect((await stepOf(world, id, "s2")).reason).toBe("MOCK gave no answer: it returned nothing that could be read");
  });

  it("a function whose answer cannot be read and that made the call has made it: the ledger and the step's events say so", async () => {
    const { world, calls } = await watching("Live", async (run, input) => {
      await run(input);
      return null;
    });
    const id = await submit(world, three);
    await approveAll(world, id);
    await world.rest();
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(calls).toHaveLength(3);
  });

  it("a function whose answer cannot be read and that never calls is begun once more and then given up, with nothing sent", async () => {
    const { world, calls } = await watching("Live", async () => null);
    const id = await submit(world, { plans: three.plans.slice(0, 1) });
    await approveAll(world, id);
    await world.rest();
    expect(calls).toEqual([["s1"], ["s1"]]);
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished not_started" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });

  it("an unreadable answer counts once, however often the pass after it looks", async () => {
    const waves: unknown[] = [];
    const { world } = await watching("Live", async (_run, input) => {
      waves.push(input);
      return new Promise(() => undefined);
    });
    const id = await submit(world, { plans: three.plans.slice(0, 1) });
    await approveAll(world, id);
    const wave = waves.map((item) => waveItem.parse(item));
    await settleAnswers(world.deps, wave, [{ answer: null }]);
    await settleAnswers(world.deps, wave, [{ answer: null }]);
    expect((await stepOf(world, id, "s1")).failed_starts).toMatchObject({ count: 1 });
  });
});
