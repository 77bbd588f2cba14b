import { describe, expect, it } from "vitest";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { nextCall } from "../../functions/api/work/next-call.ts";
import { postOutcome } from "../../functions/api/work/post-outcome.ts";
import type { Deps } from "../../functions/deps.ts";
import type { WorkCall } from "../../shared/execution/record/work.ts";
import type { Agent } from "../../shared/plan/agent.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { moveCardBlindly } from "../functions/tools/worker/card-tools.ts";
import { eventsOf, standing, stepOf } from "../harness/outcome.ts";
import { approve, decide, must, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, plan, update } from "../harness/plans.ts";
import { standardWith } from "../harness/standard-with.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const ADA = { name: "ada", scopes: ["work:cards"] };
const TOOL = "card_move_blindly";

const fetched = (deps: Deps): Promise<WorkCall | null> => nextCall(deps)({ tools: [TOOL], wait_seconds: 0 }, ADA);

const does = async (world: TestWorld): Promise<void> => {
  const taken = await fetched(world.deps);
  if (taken === null) throw new Error("nothing was fetched");
  must(await postOutcome(world.deps)(taken.call_id, { outcome: "committed", output: null, undo: null }, ADA));
  await world.rest();
};

const change = async ({ deps }: TestWorld, changes: Partial<Agent>): Promise<void> => {
  const agent = await deps.agents.get("a1");
  if (agent === undefined) throw new Error("a1 is not registered");
  await deps.agents.put({ ...agent, ...changes });
};

type Offered = { readonly contract?: JsonObject; readonly config?: JsonObject; readonly deadline_seconds?: number };

/** A call that was approved and offered to workers; none has asked for it. */
const offered = async ({ contract = {}, config = {}, deadline_seconds }: Offered = {}) => {
  const world = await startWorld({
    contracts: [moveCardBlindly({ required_permissions: ["cards"], ...contract })],
    agents: [{ agent_id: "a1", owner: "olga" }],
  });
  await change(world, { granted_permissions: ["cards"] });
  const more = { permissions: { a1: ["cards"] }, ...(deadline_seconds !== undefined && { deadline_seconds }) };
  const body = { plans: [plan("p1", [call("s1", TOOL, { card: "c1", stage: "won" })], more)], config };
  const id = await submit(world, body);
  await approve(world, id, "s1");
  return { world, id };
};

describe("a call that waits for a worker", () => {
  it.each<[string, Partial<Agent>, string]>([
    ["its agent's grant", { granted_permissions: [] }, "agent a1 was granted cards when this was submitted"],
    ["its submitter's right", { allowed_submitters: ["sue"] }, "its submitter was allowed to submit for agent a1"],
  ])(
    "a call that waits for a worker is given to nobody once %s was taken away, and is not made",
    async (_what, changes, words) => {
      const { world, id } = await offered();
      await change(world, changes);
      expect(await fetched(world.deps)).toBeNull();
      await world.rest();
      expect(await standing(world, id)).toEqual({ s1: "ABORTED finished not_started" });
      expect((await stepOf(world, id, "s1")).reason).toContain(words);
      expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("live_failed");
      expect((await world.deps.ledger.ofExecution(id)).filter(({ status }) => status === "COMMITTED")).toEqual([]);
    },
  );

  it("a call that waits for a worker is handed out where its agent was changed and kept what it needs", async () => {
    const { world, id } = await offered();
    await change(world, { granted_permissions: ["cards", "more"], allowed_submitters: ["sam"] });
    await does(world);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a call that waits for a worker is given to nobody once its step stands elsewhere, or the ledger knows what came of it", async () => {
    const { world, id } = await offered();
    const { deps } = world;
    const record = await stepOf(world, id, "s1");
    const away: Deps["steps"] = { ...deps.steps, get: async () => ({ ...record, phase: "reconcile" }) };
    expect(await fetched({ ...deps, steps: away })).toBeNull();

    const again = await offered();
    const row = await again.world.deps.ledger.get({ execution_id: again.id, step_id: "s1", side: "forward" });
    if (row === undefined) throw new Error("there is no row");
    const settled = { ...again.world.deps.ledger, get: async () => ({ ...row, status: "REJECTED" as const }) };
    expect(await fetched({ ...again.world.deps, ledger: settled })).toBeNull();
  });

  it("a waiting worker's call outlives the time of its request: an approval that was given does not expire", async () => {
    const slow = { timeout_seconds: 400, binding: { kind: "worker", group: "cards", start_seconds: 300 } };
    const { world, id } = await offered({ contract: slow, config: { approval_timeout_seconds: 60 } });
    await world.pass(200);
    expect(await openRequests(world, id)).toEqual([]);
    await does(world);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a waiting worker's call is given to nobody once its plan's time is used up, and ends as out of time", async () => {
    const slow = { timeout_seconds: 400, binding: { kind: "worker", group: "cards", start_seconds: 390 } };
    const { world, id } = await offered({ contract: slow, deadline_seconds: 420 });
    const { deps } = world;
    const scope = { kind: "everything" } as const;
    await lockSystem(deps)({ scope, mode: "stop_forward", reason: "look first" }, "olga");
    expect(await fetched(deps)).toBeNull();
    await world.pass(100);
    must(await unlockSystem(deps)({ scope, reason: "fine" }, "bob"));
    must(await resumeExecution(deps)(id, { by: "bob", reason: "fine" }));
    await world.settle();
    const [waiting] = await deps.work.acts.waiting("cards");
    const { submitted_at = "" } = (await deps.executions.get(id)) ?? {};
    expect(Date.parse(waiting?.start_by ?? "") - Date.parse(submitted_at)).toBe(420_000);

    await world.pass(330);
    expect(await fetched(deps)).toBeNull();
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "DRY_RUN finished ceiling" });
    const events = await eventsOf(world, id);
    expect(events.map(({ type }) => type)).not.toContain("live_failed");
    expect(events.map(({ body }) => body.reason).join()).toContain("its plan's deadline was over at");
  });
});

describe("a call that waits for a worker and rests on what another execution did", () => {
  const clear = {
    tool_name: "clear_contact",
    risk_level: "MEDIUM",
    reversible: false,
    timeout_seconds: 20,
    requires_approval: true,
    approvals_required: 1,
    compensation: "none",
    outcome_resolution: "OPAQUE",
    input_schema: { type: "object", properties: { contact_id: { type: "string" } }, required: ["contact_id"] },
    resources: [{ key: "ghl:contact:{contact_id}", access: "write" }],
  };
  const sensitive = standardWith("ghl_update_contact", {
    duplicate_sensitive: true,
    compensation: { tool_name: "clear_contact", arguments: { contact_id: "{contact_id}" } },
  });

  /** `second` makes the same change as `first` did, and then a call that rests on it: approved, and offered to workers. */
  const restingOnAnother = async () => {
    const world = await startWorld({ contracts: [clear, sensitive, moveCardBlindly()] });
    const made = update("s1", "c1", { stage: "customer" });
    const first = await submit(world, { plans: [plan("p1", [made])] });
    await approve(world, first, "s1");
    await world.rest();
    const moved = call("s2", TOOL, { card: "c1", stage: "won" }, { after: ["s1"] });
    const second = await submit(world, { plans: [plan("p1", [made, moved])] });
    await approve(world, second, "s2");
    return { world, first, second };
  };

  it("a waiting worker's call that rests on another execution's is given to nobody once that is undone, and is aborted", async () => {
    const { world, first, second } = await restingOnAnother();
    const { deps } = world;
    expect(await standing(world, second)).toEqual({ s1: "ABORTED finished conflict", s2: "LIVE open -" });

    must(await rollBackExecution(deps)(first, { by: "olga", reason: "wrong" }, null));
    await world.settle();
    expect((await requestFor(world, first, "s1")).kind).toBe("undo");
    await decide(world, first, "s1", "undone", { by: "bob" });
    expect(await standing(world, first)).toEqual({ s1: "ABORTED finished compensated" });

    expect(await fetched(deps)).toBeNull();
    await world.rest();
    expect(await standing(world, second)).toMatchObject({ s2: "ABORTED finished dependency" });
    expect((await stepOf(world, second, "s2")).reason).toContain("has been undone since");
  });

  it("a waiting worker's call that rests on another execution's is handed out while that stands", async () => {
    const { world, second } = await restingOnAnother();
    await does(world);
    expect(await standing(world, second)).toMatchObject({ s2: "LIVE finished live" });
  });
});
