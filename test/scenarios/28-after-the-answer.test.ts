import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { switchLive } from "../../functions/api/act/switch-live.ts";
import type { Deps } from "../../functions/deps.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import type { InFlight } from "../../shared/ports/coordination.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { call, mail, plan, recall, search, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

type Stop = (world: TestWorld, id: string) => Promise<readonly InFlight[]>;

const abort: Stop = async (world, id) => {
  const aborted = await abortExecution(world.deps)(id, { by: "olga", reason: "wrong customer" });
  return aborted.ok ? aborted.value.can_still_run : [];
};
const lock: Stop = async (world) =>
  (await lockSystem(world.deps)({ scope: { kind: "everything" }, mode: "stop_forward", reason: "?" }, "olga"))
    .can_still_run;
const switchOff: Stop = async (world) =>
  (await switchLive(world.deps)({ enabled: false, reason: "night" }, "olga")).can_still_run ?? [];

const STOPS: readonly (readonly [what: string, stop: Stop, unsent: string])[] = [
  ["an abort", abort, "ABORTED finished execution_aborted"],
  ["a lock", lock, "LOCKED open lock"],
  ["switching LIVE off", switchOff, "DRY_RUN finished ceiling"],
];

type Moment = (execution_id: string) => Promise<unknown>;

/**
 * A world that says what was sent, and in which something can happen at two moments of a LIVE function: when its
 * in-flight row stands and nothing was sent, and inside a call.
 */
const watchedWorld = async () => {
  const sent: string[] = [];
  const once: { ready?: Moment; inside?: Moment } = {};
  const take = async (moment: keyof typeof once, execution_id: string): Promise<void> => {
    const act = once[moment];
    delete once[moment];
    await act?.(execution_id);
  };
  const watched = (deps: Deps): Deps => ({
    ...deps,
    inFlightCalls: {
      ...deps.inFlightCalls,
      begin: async (row, now) => {
        const other = await deps.inFlightCalls.begin(row, now);
        await take("ready", row.execution_id);
        return other;
      },
    },
    toolbox: {
      adapterFor: (contract) => {
        const adapter = deps.toolbox.adapterFor(contract);
        return {
          ...adapter,
          call: async (asked) => {
            sent.push(asked.step_id);
            await take("inside", asked.execution_id);
            return adapter.call(asked);
          },
        };
      },
    },
  });
  const world = await startWorld({
    contracts: [SAME_KEY_AGAIN],
    depsFor: (state, deps) => (state === "Live" ? watched(deps) : deps),
  });
  return { world, sent, once };
};

const SAME_KEY_AGAIN = {
  tool_name: "post_entry",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  max_concurrent: 5,
  resources: [{ key: "entry:{entry}", access: "write" }],
  compensation: "adapter",
  outcome_resolution: "IDEMPOTENT_KEY",
  input_schema: { type: "object", properties: { entry: { type: "string" } } },
};

describe.each(STOPS)("after %s was answered", (_what, stop, unsent) => {
  it("a mail whose preview was being made again when the stop was answered is not sent", async () => {
    const { world, sent } = await watchedWorld();
    await world.fail({ tool_name: "msgraph_send_email", rung: "preview", kind: "slow", delay_ms: 10_000 });
    const id = await submit(world, {
      plans: [plan("p1", [recall("s0", "x"), mail("s1", "Hello", { after: ["s0"] })])],
    });
    await world.rest();
    await approve(world, id, "s1");
    expect((await stop(world, id)).map(({ step_id }) => step_id)).toEqual(["s1"]);
    await world.rest();
    expect(sent).not.toContain("s1");
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
    expect(await standing(world, id)).toMatchObject({ s1: unsent });
  });

  it("a write that was about to be sent when the stop was answered, and a read, are not", async () => {
    for (const step of [update("s1", "c1", { stage: "customer" }), search("s1", "ann")]) {
      const { world, sent, once } = await watchedWorld();
      once.ready = (execution_id) => stop(world, execution_id);
      const id = await submit(world, { plans: [plan("p1", [step])] });
      if (step.tool_name === "ghl_update_contact") await approve(world, id, "s1");
      await world.rest();
      expect(sent).toEqual([]);
      expect(await world.deps.inFlightCalls.all()).toEqual([]);
      expect(await standing(world, id)).toEqual({ s1: unsent });
    }
  });

  it("a read that fails after the stop was answered is not tried again", async () => {
    const { world, sent, once } = await watchedWorld();
    await world.fail({ tool_name: "ghl_search", rung: "call", kind: "reject", times: null });
    once.inside = (execution_id) => stop(world, execution_id);
    const id = await submit(world, { plans: [plan("p1", [search("s1", "ann")])] });
    await world.rest();
    expect(sent).toEqual(["s1"]);
    expect(await standing(world, id)).toEqual({ s1: unsent });
  });

  it("an unknown call is not sent again under its key after the stop was answered, and a person is asked", async () => {
    const { world, sent, once } = await watchedWorld();
    await world.fail({ tool_name: "post_entry", rung: "call", kind: "time_out_before", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [call("s1", "post_entry", { entry: "e1" })])] });
    await approve(world, id, "s1");
    expect(sent).toEqual(["s1"]);
    once.ready = (execution_id) => stop(world, execution_id);
    await world.rest();
    expect(once.ready).toBeUndefined();
    expect(sent).toEqual(["s1"]);
    expect(await world.deps.ledger.ofExecution(id)).toMatchObject([{ status: "INDETERMINATE" }]);
    expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL reconcile -" });
  });
});

describe("an abort", () => {
  it("an abort asks at once about a call of unknown outcome that would be sent again", async () => {
    const { world, sent } = await watchedWorld();
    await world.fail({ tool_name: "post_entry", rung: "call", kind: "time_out_before", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [call("s1", "post_entry", { entry: "e1" })])] });
    await approve(world, id, "s1");
    expect(await abort(world, id)).toEqual([]);
    await world.rest();
    expect(sent).toEqual(["s1"]);
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect((await stepOf(world, id, "s1")).reason).toContain("not sent again: the execution was aborted by olga");
  });

  it("an abort lists no call of another execution", async () => {
    const { world } = await watchedWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 5_000 });
    const [one, two] = [
      await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] }),
      await submit(world, { plans: [plan("p2", [update("s1", "c2", { stage: "customer" })])] }),
    ];
    await approve(world, one, "s1");
    await approve(world, two, "s1");
    expect((await abort(world, one)).map(({ execution_id }) => execution_id)).toEqual([one]);
    await world.rest();
  });

  it("an abort lets a roll back go on", async () => {
    const { world } = await watchedWorld();
    const before = await world.contact("c1");
    await world.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "slow", delay_ms: 5_000 });
    await world.fail({
      tool_name: "ghl_update_contact",
      rung: "call",
      kind: "reject",
      arguments: { contact_id: "c2" },
    });
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
        ]),
      ],
    });
    await approve(world, id, "s1");
    await approve(world, id, "s2");
    await world.settle();
    const answer = await abortExecution(world.deps)(id, { by: "olga", reason: "enough" });
    expect(answer).toMatchObject({
      value: {
        can_still_run: [{ step_id: "s1", side: "compensation" }],
        warning: expect.stringMatching(/^a roll back of it that is under way goes on/),
      },
    });
    await world.rest();
    expect(await world.contact("c1")).toEqual(before);
  });
});

describe("an abort of an execution whose plan failed", () => {
  it.each(["asks a person", "is put off"])(
    "an abort says that a roll back goes on which %s and makes no call at the moment",
    async (how) => {
      const world = await startWorld();
      const before = await world.contact("c1");
      const between = how === "asks a person" ? [mail("m", "Welcome", { after: ["s1"] })] : [];
      const last = update("s2", "c2", { stage: "customer" }, { after: [between[0]?.step_id ?? "s1"] });
      const id = await submit(world, {
        plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), ...between, last])],
      });
      await approve(world, id, "s1");
      for (const { step_id } of between) await approve(world, id, step_id);
      if (between.length === 0) {
        await world.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 });
      }
      await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject", times: 1 });
      await approve(world, id, "s2");
      expect(await abortExecution(world.deps)(id, { by: "olga", reason: "enough" })).toMatchObject({
        value: { can_still_run: [], warning: expect.stringMatching(/^a roll back of it that is under way goes on/) },
      });
      await world.settle();
      if (between.length > 0) await approve(world, id, "s1");
      await world.rest();
      expect(await world.contact("c1")).toEqual(before);
    },
  );

  it("an abort says nothing of a roll back where nothing was made that could be undone", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    expect(await abortExecution(world.deps)(id, { by: "olga", reason: "enough" })).toMatchObject({
      value: { warning: undefined },
    });
  });
});

describe("while requests are open, LIVE that is switched off", () => {
  const asked = async () => {
    const world = await startWorld();
    const steps = [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    return { world, id, request: await requestFor(world, id, "s1") };
  };

  it("switching LIVE off ends open requests in DRY_RUN with nothing done, and says why", async () => {
    const { world, id, request } = await asked();
    await switchOff(world, id);
    await world.settle();
    expect(await standing(world, id)).toEqual({ s1: "DRY_RUN finished ceiling", s2: "DRY_RUN finished ceiling" });
    expect(await openRequests(world, id)).toEqual([]);
    expect(await world.deps.approvals.get(request.approval_id)).toMatchObject({
      status: "voided",
      comment: expect.stringContaining("LIVE is switched off"),
    });
  });

  it("LIVE that was switched off is found by the sweeper where nobody was told", async () => {
    const { world, id } = await asked();
    await world.deps.settings.setLiveEnabled(false, "olga", world.time.clock.now().toISOString());
    expect(await sweep(world.deps)()).toMatchObject({ woken: 1 });
    await world.settle();
    expect(await openRequests(world, id)).toEqual([]);
  });

  it("switching LIVE on again leaves requests ended that it had ended when switched off", async () => {
    const { world, id, request } = await asked();
    await switchOff(world, id);
    await world.settle();
    await switchLive(world.deps)({ enabled: true }, "olga");
    await sweep(world.deps)();
    await world.rest();
    expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: false });
    expect(await standing(world, id)).toMatchObject({ s1: "DRY_RUN finished ceiling" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });

  it("switching LIVE off stops a step that was approved before anybody was told", async () => {
    const { world, id } = await asked();
    await world.deps.settings.setLiveEnabled(false, "olga", world.time.clock.now().toISOString());
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "DRY_RUN finished ceiling" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });
});
