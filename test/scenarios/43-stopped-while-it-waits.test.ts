import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { switchLive } from "../../functions/api/act/switch-live.ts";
import { nextCall } from "../../functions/api/work/next-call.ts";
import { postOutcome } from "../../functions/api/work/post-outcome.ts";
import type { Deps } from "../../functions/deps.ts";
import type { Lock } from "../../shared/execution/lock/lock.ts";
import type { WorkCall } from "../../shared/execution/record/work.ts";
import { moveCard, moveCardBlindly } from "../functions/tools/worker/card-tools.ts";
import { eventsOf, standing } from "../harness/outcome.ts";
import { approve, must, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const WHO = { by: "olga", reason: "stop it" };
const ADA = { name: "ada", scopes: ["work:cards"] };
const UNDOABLE = "card_move_undoable";
const BLIND = "card_move_blindly";

/** A worker's question, as the API takes it: calls of this world are fetched and answered by hand. */
const fetched = (deps: Deps): Promise<WorkCall | null> =>
  nextCall(deps)({ tools: [BLIND, UNDOABLE], wait_seconds: 0 }, ADA);

const answered = async (world: TestWorld, taken: WorkCall | null): Promise<void> => {
  if (taken === null) throw new Error("nothing was fetched");
  must(await postOutcome(world.deps)(taken.call_id, { outcome: "committed", output: null, undo: {} }, ADA));
  await world.rest();
};

/** A call that was approved and offered to workers; none has asked for it. */
const offered = async (tool = BLIND): Promise<{ world: TestWorld; id: string }> => {
  const undoable = moveCard({
    tool_name: UNDOABLE,
    outcome_resolution: "OPAQUE",
    binding: { kind: "worker", group: "cards", undo: true },
  });
  const world = await startWorld({ contracts: [moveCardBlindly(), undoable] });
  const id = await submit(world, { plans: [plan("p1", [call("s1", tool, { card: "c1", stage: "won" })])] });
  await approve(world, id, "s1");
  return { world, id };
};

const lock = async ({ deps }: TestWorld, scope: Lock["scope"], mode: Lock["mode"] = "stop_forward") =>
  (await lockSystem(deps)({ scope, mode, reason: "stop it" }, "olga")).can_still_run.map(({ step_id }) => step_id);

const why = async ({ deps }: TestWorld, id: string) => (await deps.steps.get(id, "s1"))?.reason;

describe("a call that waits for a worker", () => {
  it("a call that waits for a worker is handed out while nothing stops it", async () => {
    const { world, id } = await offered();
    await answered(world, await fetched(world.deps));
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a call that waits for a worker is listed by its execution's abort, and given to nobody who asks afterwards", async () => {
    const { world, id } = await offered();
    const { can_still_run } = must(await abortExecution(world.deps)(id, WHO));
    expect(can_still_run.map(({ step_id }) => step_id)).toEqual(["s1"]);
    expect(await fetched(world.deps)).toBeNull();
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished execution_aborted" });
    expect(await why(world, id)).toContain("aborted by olga: stop it");
    expect((await world.deps.executions.get(id))?.status).toBe("ABORTED");
    expect(await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" })).toBeUndefined();
  });

  it("a call that waits for a worker ends as aborted too where none ever asks, not as a failure of its plan", async () => {
    const { world, id } = await offered();
    must(await abortExecution(world.deps)(id, WHO));
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished execution_aborted" });
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("live_failed");
  });

  it.each<Lock["scope"]>([
    { kind: "everything" },
    { kind: "tool", tool_name: BLIND },
    { kind: "agent", agent_id: "a1" },
    { kind: "execution", execution_id: "exec0001" },
  ])(
    "a call that waits for a worker is held by a lock on $kind, and made once it is unlocked and resumed",
    async (scope) => {
      const { world, id } = await offered();
      expect(await lock(world, scope)).toEqual(["s1"]);
      expect(await fetched(world.deps)).toBeNull();
      await world.rest();
      expect(await standing(world, id)).toEqual({ s1: "LOCKED open lock" });
      must(await unlockSystem(world.deps)({ scope, reason: "it was nothing" }, "bob"));
      must(await resumeExecution(world.deps)(id, { by: "bob", reason: "it was nothing" }));
      await world.settle();
      await answered(world, await fetched(world.deps));
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    },
  );

  it("a call that waits for a worker is not held by a lock on another tool", async () => {
    const { world, id } = await offered();
    await lock(world, { kind: "tool", tool_name: UNDOABLE });
    await answered(world, await fetched(world.deps));
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a call that waits for a worker is given to nobody once LIVE is off", async () => {
    const { world, id } = await offered();
    const { can_still_run } = await switchLive(world.deps)({ enabled: false }, "olga");
    expect(can_still_run?.map(({ step_id }) => step_id)).toEqual(["s1"]);
    expect(await fetched(world.deps)).toBeNull();
    await world.rest();
    expect((await standing(world, id)).s1).toMatch(/^(DRY_RUN|ABORTED) finished/);
    expect(await fetched(world.deps)).toBeNull();
  });

  it("a call that waits for a worker is begun again where what held it was lifted before anybody looked", async () => {
    const { world, id } = await offered();
    const scope = { kind: "everything" } as const;
    await lock(world, scope);
    const { deps } = world;
    const locks = {
      ...deps.locks,
      all: async () => {
        const standing = await deps.locks.all();
        must(await unlockSystem(deps)({ scope, reason: "a slip" }, "bob"));
        return standing;
      },
    };
    expect(await fetched({ ...deps, locks })).toBeNull();
    await world.settle();
    await world.pass(2);
    await answered(world, await fetched(deps));
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a call fetched at the moment of an abort is withheld when the abort came before the last look", async () => {
    const { world, id } = await offered();
    const { deps } = world;
    let answer: readonly string[] = [];
    const inFlightCalls: Deps["inFlightCalls"] = {
      ...deps.inFlightCalls,
      get: async (place) => {
        const { can_still_run } = must(await abortExecution(deps)(id, WHO));
        answer = can_still_run.map(({ step_id }) => step_id);
        return deps.inFlightCalls.get(place);
      },
    };
    expect(await fetched({ ...deps, inFlightCalls })).toBeNull();
    expect(answer).toEqual(["s1"]);
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished execution_aborted" });
  });

  it("a call handed out just before an abort is listed by it, and ends as its worker says", async () => {
    const { world, id } = await offered();
    const taken = await fetched(world.deps);
    const { can_still_run } = must(await abortExecution(world.deps)(id, WHO));
    expect(can_still_run.map(({ step_id }) => step_id)).toEqual(["s1"]);
    await answered(world, taken);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a call that waits is not given to a worker where what might stop it cannot be read, and is offered again", async () => {
    const { world, id } = await offered();
    const { deps } = world;
    const unread = {
      ...deps.settings,
      liveEnabled: async () => {
        throw new Error("the table is away");
      },
    };
    await expect(fetched({ ...deps, settings: unread })).rejects.toThrow("the table is away");
    await world.settle();
    await world.pass(2);
    await answered(world, await fetched(deps));
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a worker's call of an attempt that is not in flight any more is given to nobody", async () => {
    const { world } = await offered();
    for (const row of await world.deps.inFlightCalls.all()) await world.deps.inFlightCalls.remove(row);
    expect(await fetched(world.deps)).toBeNull();
  });
});

describe("an undoing that waits for a worker", () => {
  const undoing = async () => {
    const { world, id } = await offered(UNDOABLE);
    await answered(world, await fetched(world.deps));
    must(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null));
    await world.settle();
    return { world, id };
  };

  it("an undoing that waits for a worker is handed out though LIVE is off and a lock stops what goes forward", async () => {
    const { world, id } = await undoing();
    await lock(world, { kind: "everything" });
    await switchLive(world.deps)({ enabled: false }, "olga");
    const taken = await fetched(world.deps);
    expect(taken?.rung).toBe("undo");
    await answered(world, taken);
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("an undoing that waits for a worker is held by a freeze of everything, and done once that is lifted", async () => {
    const { world, id } = await undoing();
    const scope = { kind: "everything" } as const;
    expect(await lock(world, scope, "freeze_all")).toEqual(["s1"]);
    expect(await fetched(world.deps)).toBeNull();
    await world.rest();
    expect((await standing(world, id)).s1).toBe("LOCKED undo_frozen -");
    must(await unlockSystem(world.deps)({ scope, reason: "it was nothing" }, "bob"));
    must(await resumeExecution(world.deps)(id, { by: "bob", reason: "it was nothing" }));
    await world.settle();
    await answered(world, await fetched(world.deps));
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  });
});
