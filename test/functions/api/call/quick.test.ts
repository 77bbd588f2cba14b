import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awaitCall } from "../../../../functions/api/call/await-call.ts";
import { callTool } from "../../../../functions/api/call/call-tool.ts";
import type { Deps } from "../../../../functions/deps.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import type { AuditEvent } from "../../../../shared/audit/audit-event.ts";
import type { Lock } from "../../../../shared/execution/lock/lock.ts";
import { callRequest } from "../../../../shared/plan/call-request.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { startWorld, type TestWorld } from "../../../harness/world.ts";

const ask = (deps: Deps, call: Record<string, unknown>) => {
  const body = { agent_id: "agent_1", tool_name: "memory_search", arguments: { query: "ann" }, ...call };
  return callTool(deps)({
    text: JSON.stringify(body),
    call: callRequest.parse(body),
    submitter: "alice",
    idempotency_key: undefined,
    origin: "http://here",
  });
};

const replyTo = async (deps: Deps, call: Record<string, unknown>) => {
  const made = await ask(deps, call);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value.reply;
};

const live = async (options?: Parameters<typeof startWorld>[0]): Promise<TestWorld> => {
  const world = await startWorld(options);
  await world.deps.settings.setLiveEnabled(true, "olga", world.deps.clock.now().toISOString());
  return world;
};

const eventsOf = async ({ deps }: TestWorld, execution_id: string): Promise<AuditEvent[]> => {
  const events: AuditEvent[] = [];
  for await (const event of deps.auditLog.events(execution_id)) events.push(event);
  return events;
};

/** Everything that a reader finds of an execution: its events with their hashes, its record, its artifacts. */
const readBy = async (world: TestWorld, execution_id: string) => {
  const { deps } = world;
  const names = await deps.artifactFiles.list(execution_id);
  return {
    events: await eventsOf(world, execution_id),
    record: await deps.executions.get(execution_id),
    steps: await deps.steps.all(execution_id),
    artifacts: await Promise.all(names.map(async (name) => [name, await deps.artifactFiles.read(execution_id, name)])),
    passes: await deps.executions.lastPass(execution_id, 1),
  };
};

const never = (world: TestWorld): void => {
  world.deps.workflow.start = async () => {
    throw new Error("a run of the state machine was started");
  };
};

describe("a read that needs nobody", () => {
  it("a quick read is made within the request, without a run of the state machine, and is published when it is answered", async () => {
    const world = await live();
    never(world);
    const reply = await replyTo(world.deps, {});
    expect(reply).toMatchObject({ outcome: "done", mode: "LIVE", attached: false });
    expect(await world.deps.executions.get(reply.call_id)).toMatchObject({ status: "SUCCEEDED", manifests: 1 });
    expect(await world.deps.carriedRuns.all()).toEqual([]);
    expect(await world.deps.askedCalls.ofAgent("agent_1", 10)).toEqual([]);
  });

  const reads = fc.oneof(
    fc.record({
      tool_name: fc.constantFrom("memory_search", "goal_query"),
      arguments: fc.record({ query: fc.string({ minLength: 1, maxLength: 20 }) }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      tool_name: fc.constant("ghl_search"),
      arguments: fc.record({ query: fc.constantFrom("a", "ann", "nobody") }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      tool_name: fc.constantFrom("vision_inspect", "screenshot_capture"),
      arguments: fc.record({ selector: fc.constantFrom("#email", "body") }),
      confidence: fc.double({ min: 0.5, max: 1, noNaN: true }),
    }),
  );

  it("a quick read leaves the record that a run of the state machine leaves, whichever read it is", async () => {
    await fc.assert(
      fc.asyncProperty(reads, async (read) => {
        const [quick, slow] = await Promise.all([live(), live()]);
        const carried = await ask(quick.deps, read);
        const begun = await ask(slow.deps, { ...read, wait_seconds: 0 });
        await slow.settle();
        expect(carried.ok).toBe(begun.ok);
        if (!carried.ok || !begun.ok) return;
        await quick.settle();
        const found = await readBy(quick, carried.value.reply.call_id);
        expect(found).toEqual(await readBy(slow, begun.value.reply.call_id));
      }),
      { numRuns: 8 },
    );
  });

  it("a read that took the time its caller waits is answered then, and waited for no longer", async () => {
    const world = await live();
    const { clock, changes } = world.deps;
    let later = 0;
    const heard: number[] = [];
    const deps: Deps = {
      ...world.deps,
      clock: { now: () => new Date(clock.now().getTime() + later) },
      carrier: {
        carry: async (_execution_id, milliseconds) => {
          later += milliseconds;
        },
      },
      changes: {
        ...changes,
        listen: (execution_id, milliseconds) => {
          heard.push(milliseconds);
          return changes.listen(execution_id, milliseconds);
        },
      },
    };
    expect(await replyTo(deps, { wait_seconds: 10 })).toMatchObject({ outcome: "waiting" });
    expect(heard).toEqual([0]);
  });

  it("a quick read is left to a run of the state machine where something fails, from where it stands", async () => {
    let tries = 0;
    const world = await live({
      wrap: (tasks) => ({
        ...tasks,
        Live: async (input) => {
          tries += 1;
          if (tries === 1) throw new Error("died");
          return tasks.Live?.(input);
        },
      }),
    });
    const asked = replyTo(world.deps, {});
    await world.settle();
    await world.rest(60);
    const reply = await asked;
    const ended = await awaitCall(world.deps, reply.call_id, 0, undefined);
    expect(ended?.answer).toMatchObject({ outcome: "done", mode: "LIVE" });
    const types = (await eventsOf(world, reply.call_id)).map(({ type }) => type);
    expect(types.filter((type) => type === "live_succeeded")).toHaveLength(1);
    expect(await world.deps.carriedRuns.all()).toEqual([]);
  });

  it.each([
    ["once its time is over", 1],
    ["where the clock was set back since", -7_200],
  ])("a quick read whose request died half way is taken up by the sweeper %s, and not before", async (_, seconds) => {
    const world = await live({
      wrap: (tasks) => ({
        ...tasks,
        "Dry run": async (input) => (dead ? new Promise(() => {}) : tasks["Dry run"]?.(input)),
      }),
    });
    let dead = true;
    void ask(world.deps, {});
    await world.settle();
    const [carried] = await world.deps.carriedRuns.all();
    if (carried === undefined) throw new Error("nothing is carried");
    const started: string[] = [];
    const { start } = world.deps.workflow;
    const workflow = {
      ...world.deps.workflow,
      start: async (...given: Parameters<typeof start>) => {
        started.push(given[0]);
        return start(...given);
      },
    };
    const sweeping = { ...world.deps, workflow };
    await sweep(sweeping)();
    expect(started).toEqual([]);
    dead = false;
    const then = new Date(Date.parse(carried.until) + seconds * 1_000);
    await sweep({ ...sweeping, clock: { now: () => then } })();
    expect(started).toEqual([`${carried.execution_id}-1`]);
    expect(await world.deps.carriedRuns.all()).toEqual([]);
    await world.settle();
    const ended = await awaitCall(world.deps, carried.execution_id, 0, undefined);
    expect(ended?.answer.outcome).toBe("done");
  });

  it("a quick read waits for a place of its service like any other, and is left to a run for that", async () => {
    const world = await live();
    const { deps } = world;
    const contract = await deps.contracts.get("ghl_search");
    const limit = contract?.rate_limit;
    if (limit === null || limit === undefined) throw new Error("the tool has no limit");
    const now = deps.clock.now().toISOString();
    for (let taken = 0; taken < limit.limit; taken += 1) await deps.tokenBuckets.take(limit.service, limit, now);
    const asked = replyTo(deps, { tool_name: "ghl_search", arguments: { query: "a" }, confidence: 0.95 });
    await world.rest(3_600);
    const reply = await asked;
    expect([...world.workflow.transitions.keys()]).toContain("Await approval");
    expect((await awaitCall(deps, reply.call_id, 0, undefined))?.answer.outcome).toBe("done");
  });

  it.each<Lock["scope"]>([
    { kind: "tool", tool_name: "memory_search" },
    { kind: "agent", agent_id: "agent_1" },
    { kind: "everything" },
  ])("a quick read is held by a lock on %o, and answered to the next who asks once it is lifted", async (scope) => {
    const world = await live();
    const { deps } = world;
    const locked_at = deps.clock.now().toISOString();
    const lock: Lock = { lock_id: "l1", scope, mode: "stop_forward", reason: "r", locked_by: "o", locked_at };
    expect(await deps.locks.place(lock)).toBe(true);
    const asked = replyTo(deps, { wait_seconds: 2 });
    await world.settle();
    await world.pass(3);
    expect(await asked).not.toMatchObject({ outcome: "done" });
    expect(await deps.locks.remove(lock)).toBe(true);
    const again = replyTo(deps, { arguments: { query: "ben" } });
    await world.settle();
    expect(await again).toMatchObject({ outcome: "done", mode: "LIVE" });
  });

  it("a quick read waits for a turn of its tool like any other, and is left to a run for that", async () => {
    const world = await live();
    const { deps } = world;
    const contract = await deps.contracts.get("memory_search");
    if (contract === undefined) throw new Error("there is no such tool");
    await deps.contracts.put({ ...contract, version: contract.version + 1, max_concurrent: 1 });
    const now = deps.clock.now();
    const until = new Date(now.getTime() + 60_000).toISOString();
    const other = { execution_id: "another", step_id: "call", until };
    expect(await deps.semaphores.acquire("memory_search", 1, other, now.toISOString())).toBe("acquired");
    const asked = replyTo(deps, { wait_seconds: 2 });
    await world.settle();
    await world.pass(3);
    expect(await asked).toMatchObject({ outcome: "waiting" });
    await deps.semaphores.release("memory_search", other);
    await world.rest(60);
    expect((await awaitCall(deps, (await asked).call_id, 0, undefined))?.answer).toMatchObject({ outcome: "done" });
  });

  const unlike: [string, JsonObject][] = [
    ["asks for approval", { tool_name: "form_fill", arguments: { selector: "#email", value: "x" }, confidence: 0.9 }],
    ["is not to be waited for", { wait_seconds: 0 }],
  ];
  it.each(unlike)("a read is no quick one where the call %s", async (_why, call) => {
    const world = await live();
    world.deps.carrier.carry = async () => {
      throw new Error("it was carried");
    };
    expect((await ask(world.deps, { ...call, wait_seconds: 0 })).ok).toBe(true);
    await world.settle();
  });
});
