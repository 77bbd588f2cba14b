import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { nextCall } from "../../functions/api/work/next-call.ts";
import { postOutcome } from "../../functions/api/work/post-outcome.ts";
import type { WorkCall } from "../../shared/execution/record/work.ts";
import { moveCard } from "../functions/tools/worker/card-tools.ts";
import { eventsOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, approver, decide, must, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const ADA = { name: "ada", scopes: ["work:cards"] };
const TOOL = "card_move_undoable";

const fetched = ({ deps }: TestWorld): Promise<WorkCall | null> =>
  nextCall(deps)({ tools: [TOOL], wait_seconds: 0 }, ADA);

const does = async (world: TestWorld): Promise<WorkCall["rung"]> => {
  const taken = await fetched(world);
  if (taken === null) throw new Error("nothing was fetched");
  must(await postOutcome(world.deps)(taken.call_id, { outcome: "committed", output: null, undo: {} }, ADA));
  await world.settle();
  return taken.rung;
};

/** A call that a worker made, and that is to be undone. */
const undoing = async (): Promise<{ world: TestWorld; id: string }> => {
  const undoable = moveCard({
    tool_name: TOOL,
    outcome_resolution: "OPAQUE",
    binding: { kind: "worker", group: "cards", undo: true },
  });
  const world = await startWorld({ contracts: [undoable] });
  const id = await submit(world, { plans: [plan("p1", [call("s1", TOOL, { card: "c1", stage: "won" })])] });
  await approve(world, id, "s1");
  await does(world);
  await world.rest();
  must(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null));
  await world.settle();
  return { world, id };
};

/** The same, once no worker has come for as long as it is offered by itself. */
const nobodyCame = async () => {
  const { world, id } = await undoing();
  await world.rest();
  return { world, id, asked: await requestFor(world, id, "s1") };
};

describe("an undo that no worker fetches", () => {
  it("an undo that no worker fetches is offered again by itself, and done by a worker that comes late", async () => {
    const { world, id } = await undoing();
    await world.pass(8);
    expect(await standing(world, id)).toEqual({ s1: "ROLLBACK open -" });
    const reasons = (await eventsOf(world, id)).flatMap(({ type, body }) =>
      type === "undo_deferred" ? body.reason : [],
    );
    expect(reasons.at(-1)).toMatch(/nothing was sent: no worker took it .* no worker of group cards has asked for/);
    expect(await does(world)).toBe("undo");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("an undo that no worker fetches is no failed one: it waits as a question that says so, and leaves no row in the ledger", async () => {
    const { world, id, asked } = await nobodyCame();
    expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL undo_asked live" });
    expect(await statusOf(world, id)).toBe("RUNNING");
    expect(asked).toMatchObject({ kind: "undo", expires_at: null });
    expect(asked.summary).toMatch(/^Undo card_move_undoable\? 5 starts came to nothing, and nothing was sent: /);
    expect(asked.summary).toContain("no worker of group cards has asked for card_move_undoable since");
    const opened = must(await openApproval(world.deps)(asked.approval_id, approver("bob")));
    expect(opened.you_may).toEqual(["approve", "reject", "undone"]);
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("compensation_failed");
    expect(await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "compensation" })).toBeUndefined();
    expect(await fetched(world)).toBeNull();
  });

  it("an undo that no worker fetches is handed out once a person says so, however long that took, or asked about again", async () => {
    const { world, id } = await nobodyCame();
    await world.pass(86_400);
    await approve(world, id, "s1", { by: "bob" });
    await world.rest();
    expect((await requestFor(world, id, "s1")).summary).toContain("5 starts came to nothing");
    await approve(world, id, "s1", { by: "bob" });
    expect(await does(world)).toBe("undo");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    expect(await statusOf(world, id)).toBe("ROLLED_BACK");
  });

  it.each([
    ["reject", "LIVE finished live", "SUCCEEDED"],
    ["undone", "ABORTED finished compensated", "ROLLED_BACK"],
  ] as const)(
    "an undo that no worker fetches is settled by a person who answers %s: nobody is given it any more",
    async (word, stands, status) => {
      const { world, id } = await nobodyCame();
      await decide(world, id, "s1", word, { by: "bob" });
      await world.rest();
      expect(await standing(world, id)).toEqual({ s1: stands });
      expect(await statusOf(world, id)).toBe(status);
      expect(await fetched(world)).toBeNull();
    },
  );

  it("an undo that no worker fetches is still asked about after its execution was aborted", async () => {
    const { world, id } = await nobodyCame();
    await abortExecution(world.deps)(id, { by: "olga", reason: "stop it" });
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL undo_asked live" });
    expect((await requestFor(world, id, "s1")).kind).toBe("undo");
  });
});
