import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { nextWave } from "../../functions/execution/pass/next-wave.ts";
import type { LockScope } from "../../shared/execution/lock/lock.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { approve, approveAll, decide, submit } from "../harness/people.ts";
import { create, mail, plan, search, update } from "../harness/plans.ts";
import type { TestWorld, WorldOptions } from "../harness/world.ts";

/** An execution that a release left somewhere on its way, and how it has to end under any later one. */
type Scene = {
  /** Brings it there. @returns its id. The name of the scene is the name of its only plan. */
  readonly begin: (world: TestWorld, name: string) => Promise<string>;
  /** Acts of people after the update. */
  readonly finish: (world: TestWorld, execution_id: string) => Promise<void>;
  readonly status: string;
  /** `STATE phase ending` of every step. */
  readonly steps: Readonly<Record<string, string>>;
};

/** Events of a history: an engine ends a run at 25,000, and every release begins a fresh one well before. */
const MORE_THAN_ANY_RUN_IS_GIVEN = 24_000;
const HELD: LockScope = { kind: "agent", agent_id: "held" };
const nothing = async (): Promise<void> => {};
const submitted = (world: TestWorld, name: string, steps: Parameters<typeof plan>[1]): Promise<string> =>
  submit(world, { plans: [plan(name, steps, { goal: `show what is ${name}` })] });

/** Agents that write one record: as many conflicts of one kind as make a learning signal. */
const contested = ["a1", "a2", "a3", "a4"].map((agent, place) =>
  update(`write${place}`, "c1", { note: agent }, { agent }),
);

/** The key and the body of a submission whose answer is on record: sent again, it is answered again. */
const ENDED: JsonObject = { plans: [plan("ended", [search("look", "a"), ...contested])] };
export const REPEATED = { idempotency_key: "order-66", submitter: "sam", body: ENDED };

const failing = (contact_id: string) =>
  ({ rung: "call", tool_name: "ghl_update_contact", arguments: { contact_id } }) as const;

/** In the order in which they are recorded: those that are cut off in the middle of a call come last. */
export const SCENES: Readonly<Record<string, Scene>> = {
  ended: {
    begin: async (world) => {
      const reply = await submitPlans(world.deps)({ ...REPEATED, text: JSON.stringify(REPEATED.body) });
      if (!reply.ok) throw new Error(JSON.stringify(reply.refusal));
      const { execution_id } = reply.value.submitted;
      await world.settle();
      await approveAll(world, execution_id);
      return execution_id;
    },
    finish: nothing,
    status: "SUCCEEDED",
    steps: {
      look: "LIVE finished live",
      write0: "LIVE finished live",
      write1: "LIVE finished live",
      write2: "LIVE finished live",
      write3: "LIVE finished live",
    },
  },
  waiting: {
    begin: (world, name) =>
      submitted(world, name, [
        search("look", "benedikt"),
        update("write", { $from: "look", path: "/contact_id" }, { stage: "customer" }),
        create("add", "new@example.org"),
      ]),
    finish: approveAll,
    status: "SUCCEEDED",
    steps: { add: "LIVE finished live", look: "LIVE finished live", write: "LIVE finished live" },
  },
  edited: {
    begin: async (world, name) => {
      const id = await submitted(world, name, [
        update("write", "c2", { stage: "customer" }),
        update("other", "c3", { stage: "lead" }),
      ]);
      await decide(world, id, "write", "edit", { arguments: { contact_id: "c2", fields: { stage: "lost" } } });
      return id;
    },
    finish: async (world, id) => {
      await decide(world, id, "other", "reject");
      await approve(world, id, "write", { by: "ben" });
    },
    status: "INCOMPLETE",
    steps: { other: "DRY_RUN finished rejected", write: "LIVE finished live" },
  },
  reconciled: {
    begin: async (world, name) => {
      await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
      const id = await submitted(world, name, [mail("send", "Offer")]);
      await approve(world, id, "send");
      return id;
    },
    finish: (world, id) => decide(world, id, "send", "happened"),
    status: "SUCCEEDED",
    steps: { send: "LIVE finished live" },
  },
  locked: {
    begin: async (world, name) => {
      const id = await submitted(world, name, [
        update("write", "c4", { stage: "customer" }, { agent: HELD.agent_id }),
        update("other", "c5", { stage: "customer" }, { agent: HELD.agent_id }),
      ]);
      await approve(world, id, "write");
      await lockSystem(world.deps)({ scope: HELD, mode: "stop_forward", reason: "something smells" }, "olga");
      await world.settle();
      return id;
    },
    finish: async (world, id) => {
      const unlocked = await unlockSystem(world.deps)({ scope: HELD, reason: "false alarm" }, "omar");
      const resumed = await resumeExecution(world.deps)(id, { by: "omar", reason: "false alarm" });
      if (!unlocked.ok || !resumed.ok) throw new Error("nobody can unlock it any more");
      await world.rest();
      await approveAll(world, id);
    },
    status: "SUCCEEDED",
    steps: { other: "LIVE finished live", write: "LIVE finished live" },
  },
  continued: {
    begin: (world, name) => submitted(world, name, [update("write", "c6", { stage: "customer" })]),
    finish: approveAll,
    status: "SUCCEEDED",
    steps: { write: "LIVE finished live" },
  },
  crashed: {
    begin: async (world, name) => {
      const id = await submitted(world, name, [
        update("write", "c7", { stage: "customer" }),
        update("other", "c8", { stage: "customer" }),
      ]);
      await approve(world, id, "write");
      await world.rest();
      return id;
    },
    finish: approveAll,
    status: "SUCCEEDED",
    steps: { other: "LIVE finished live", write: "LIVE finished live" },
  },
  broken: {
    begin: (world, name) => submitted(world, name, [update("write", "c9", { stage: "customer" })]),
    finish: nothing,
    status: "FAILED",
    steps: { write: "ABORTED finished execution_aborted" },
  },
  undoing: {
    begin: async (world, name) => {
      await world.fail({ ...failing("c10"), rung: "compensate", kind: "time_out_before", times: 1 });
      await world.fail({ ...failing("c11"), kind: "reject" });
      const id = await submitted(world, name, [
        update("write", "c10", { stage: "customer" }),
        update("other", "c11", { stage: "customer" }),
      ]);
      await approve(world, id, "write");
      await approve(world, id, "other");
      return id;
    },
    finish: nothing,
    status: "FAILED",
    steps: { other: "ABORTED finished failed", write: "ABORTED finished compensated" },
  },
  unknown: {
    begin: async (world, name) => {
      await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "time_out_after_effect", times: 1 });
      const id = await submitted(world, name, [create("add", "somebody@example.org")]);
      await approve(world, id, "add");
      return id;
    },
    finish: nothing,
    status: "SUCCEEDED",
    steps: { add: "LIVE finished live" },
  },
  sent: {
    begin: async (world, name) => {
      await world.fail({ ...failing("c12"), kind: "slow", delay_ms: 8_000, times: 1 });
      const id = await submitted(world, name, [update("write", "c12", { stage: "customer" })]);
      await approve(world, id, "write");
      return id;
    },
    finish: nothing,
    status: "FAILED",
    steps: { write: "ABORTED finished failed" },
  },
  queued: {
    begin: async (world, name) => {
      const id = await submitted(world, name, [update("write", "c12", { stage: "lost" })]);
      await approve(world, id, "write");
      return id;
    },
    finish: approveAll,
    status: "SUCCEEDED",
    steps: { write: "LIVE finished live" },
  },
};

/** The faults of some scenes: a history that is full, a function that dies once, one that dies for good. */
export const mishaps: NonNullable<WorldOptions["wrap"]> = (tasks, deps) => {
  const died = new Set<string>();
  const sceneOf = async (input: unknown): Promise<{ name: string | undefined; history: unknown; pass: unknown }> => {
    const asked: Record<string, unknown> = { ...(typeof input === "object" ? input : {}) };
    const execution = await deps.executions.get(String(asked.execution_id));
    return { name: execution?.plan_ids[0], history: asked.history, pass: asked.pass };
  };
  /** As it answers when its history has used up all but nothing of its events. */
  const almostFull = nextWave({
    ...deps,
    executions: {
      ...deps.executions,
      passAnswers: async (...asked) => {
        const { own, before } = await deps.executions.passAnswers(...asked);
        return { own, before: before && { ...before, events_used: MORE_THAN_ANY_RUN_IS_GIVEN } };
      },
    },
  });
  return {
    ...tasks,
    "Next wave": async (input) => {
      const { name, history, pass } = await sceneOf(input);
      if (name === "broken") throw new Error("out of order");
      return name === "continued" && history === 1 && pass === 2 ? almostFull(input) : tasks["Next wave"]?.(input);
    },
    Live: async (input) => {
      const { name = "" } = await sceneOf(input);
      if (name === "crashed" && !died.has(name)) {
        died.add(name);
        throw new Error("out of memory");
      }
      return tasks.Live?.(input);
    },
  };
};
