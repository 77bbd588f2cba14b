import { afterEach, describe, expect, it } from "vitest";
import { callTool } from "../../../functions/api/call/call-tool.ts";
import { subjectOf } from "../../../functions/observing.ts";
import { carrierBehind } from "../../../functions/run/carrier.ts";
import { workflowTasks } from "../../../functions/run/tasks.ts";
import { callRequest } from "../../../shared/plan/call-request.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import { startWorld, type TestWorld } from "../../harness/world.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const open of opened.splice(0)) open();
});

/** A machine that lives on behind its answers, the states it has begun, and a way to hold one of them up. */
const livingOn = async () => {
  const world = await startWorld();
  await world.deps.settings.setLiveEnabled(true, "olga", world.deps.clock.now().toISOString());
  const begun: string[] = [];
  const held = new Map<string, Promise<void>>();
  const failing = new Map<string, Error>();
  const { tasks } = workflowTasks({
    deps: world.deps,
    mocking: world.deps.toolbox,
    previewing: world.deps.toolbox,
  });
  const noted = Object.entries(tasks).map(([state, task]) => [
    state,
    async (input: unknown) => {
      const place = `${subjectOf(input).execution_id} ${state}`;
      begun.push(place);
      await held.get(place);
      const error = failing.get(place);
      if (error !== undefined) throw error;
      return task(input);
    },
  ]);
  const carrier = carrierBehind(world.deps, () => Object.fromEntries(noted));
  const hold = (place: string): void => {
    held.set(place, new Promise((resolve) => opened.push(resolve)));
  };
  return { world, deps: { ...world.deps, carrier }, begun, hold, failing, carrier };
};

const ask = async (deps: TestWorld["deps"], query: string) => {
  const body = { agent_id: "agent_1", tool_name: "memory_search", arguments: { query } };
  const made = await callTool(deps)({
    text: JSON.stringify(body),
    call: callRequest.parse(body),
    submitter: "alice",
    idempotency_key: undefined,
    origin: "http://here",
  });
  return made.ok ? made.value.reply : made.refusal;
};

describe("where a process lives on", () => {
  it("a read is answered before anything is made of it that nobody waits for, and ends in the next moment", async () => {
    const { world, deps, begun } = await livingOn();
    expect(await ask(deps, "ann")).toMatchObject({ outcome: "done", mode: "LIVE" });
    expect(begun.at(-1)).toBe("exec0001 Live");
    await world.pass(0.1);
    expect(begun.at(-1)).toBe("exec0001 Artifacts");
    expect(await deps.executions.get("exec0001")).toMatchObject({ status: "SUCCEEDED", manifests: 1 });
    expect(await deps.carriedRuns.all()).toEqual([]);
  });

  it("what is left of one read waits while another is on its way to an answer, and not for long", async () => {
    const { world, deps, begun, hold } = await livingOn();
    await ask(deps, "ann");
    hold("exec0002 Mock");
    void ask(deps, "bob");
    await world.pass(4.5);
    expect(begun).toContain("exec0002 Mock");
    expect(begun).not.toContain("exec0001 Conclude");
    await world.pass(1);
    expect(await deps.executions.get("exec0001")).toMatchObject({ status: "SUCCEEDED", manifests: 1 });
  });

  it("what is left of a read waits until its reply is whole, however long the disk takes for it", async () => {
    const { world, deps, begun, carrier } = await livingOn();
    const disk = Promise.withResolvers<void>();
    const replied = carrier.answering(async () => {
      await ask(deps, "ann");
      await disk.promise;
    });
    await world.pass(1);
    expect(begun.at(-1)).toBe("exec0001 Live");
    disk.resolve();
    await replied;
    await world.pass(0.1);
    expect(begun.at(-1)).toBe("exec0001 Artifacts");
  });

  it("a stop waits for what is at work, and leaves the rest where it stands", async () => {
    const { deps, begun, carrier } = await livingOn();
    await ask(deps, "ann");
    await carrier.stop();
    expect(begun.at(-1)).toBe("exec0001 Live");
    expect(await deps.carriedRuns.all()).toMatchObject([{ execution_id: "exec0001" }]);
  });

  it.each([
    [new Contended("the hour", 20), "INFO a call gives way to others: a workflow run goes on with it"],
    [new Error("the disk is full"), "WARN an error came up within a call: a workflow run goes on with it"],
  ])(
    "what is left of a read that meets %s is a workflow run's, and the log warns of what somebody can do something about",
    async (error, line) => {
      const { world, deps, failing } = await livingOn();
      failing.set("exec0001 Artifacts", error);
      expect(await ask(deps, "ann")).toMatchObject({ outcome: "done" });
      await world.rest();
      expect(await deps.executions.get("exec0001")).toMatchObject({ status: "SUCCEEDED", manifests: 1 });
      const logged = world.logged.filter(({ message }) => message.includes("a workflow run goes on with it"));
      expect(logged.map(({ level, message }) => `${level.toUpperCase()} ${message}`)).toEqual([line]);
      expect(logged[0]?.fields).toMatchObject({ execution_id: "exec0001", state: "Artifacts" });
    },
  );
});
