import { describe, expect, it } from "vitest";
import { approvalQueue } from "../../functions/api/read/approval-queue.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import type { Deps } from "../../functions/deps.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { approve, approver, decide, must, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { mail, plan, type StepBody, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const once = (world: TestWorld, ...steps: StepBody[]): Promise<string> => submit(world, { plans: [plan("p1", steps)] });

const told = ({ earlier_decisions = [] }: ApprovalRequest) =>
  earlier_decisions.map(({ execution_id, status, decided_by, comment }) => ({
    execution_id,
    status,
    decided_by,
    comment,
  }));

describe("who is asked about a call", () => {
  it("an approver is told that the same call was rejected, by whom, when and why, also where it was written otherwise", async () => {
    const world = await startWorld();
    const first = await once(world, update("s1", "c1", { stage: "customer", tags: null }));
    await decide(world, first, "s1", "reject", { by: "ben", comment: "not this week" });
    const second = await once(world, update("s9", "c1", { tags: null, stage: "customer" }));
    const asked = await requestFor(world, second, "s9");
    expect(told(asked)).toEqual([
      { execution_id: first, status: "rejected", decided_by: "ben", comment: "not this week" },
    ]);
    const rejected = (await world.deps.approvals.ofExecution(first))[0];
    expect(asked.earlier_decisions).toMatchObject([
      { approval_id: rejected?.approval_id, decided_at: rejected?.decided_at, changes: [], more_changes: 0 },
    ]);
    const other = await once(world, update("s1", "c2", { stage: "customer", tags: null }));
    expect(told(await requestFor(world, other, "s1"))).toEqual([]);
  });

  it("an approver is told what an edit had made of a call, when the agent proposes it again as it was", async () => {
    const world = await startWorld();
    const first = await once(world, update("s1", "c1", { stage: "customer" }));
    const edited = { contact_id: "c1", fields: { stage: "lead" } };
    await decide(world, first, "s1", "edit", { comment: "not yet", arguments: edited });
    const second = await once(world, update("s1", "c1", { stage: "customer" }));
    expect((await requestFor(world, second, "s1")).earlier_decisions).toMatchObject([
      {
        execution_id: first,
        status: "edited",
        decided_by: "ann",
        comment: "not yet",
        changes: [{ at: "/fields/stage", old: "customer", new: "lead" }],
      },
    ]);
  });

  it("an approver is told of the same call that another execution is asked about at the same time", async () => {
    const world = await startWorld();
    const first = await once(world, mail("m1", "Offer"));
    const second = await once(world, mail("m2", "Offer"));
    expect(told(await requestFor(world, second, "m2"))).toEqual([
      { execution_id: first, status: "open", decided_by: null, comment: null },
    ]);
    expect(told(await requestFor(world, first, "m1"))).toEqual([]);
  });

  it("of two requests about the same call that are made at the same moment, at least one tells of the other", async () => {
    let looked = 0;
    const bothHaveLooked = Promise.withResolvers<void>();
    const meeting = ({ approvals, ...deps }: Deps): Deps => {
      const ofCall: typeof approvals.ofCall = async (...asked) => {
        const found = await approvals.ofCall(...asked);
        looked += 1;
        if (looked === 2) bothHaveLooked.resolve();
        await bothHaveLooked.promise;
        return found;
      };
      return { ...deps, approvals: { ...approvals, ofCall } };
    };
    const world = await startWorld({ depsFor: (state, deps) => (state === "Next wave" ? meeting(deps) : deps) });
    const [first, second] = await Promise.all([once(world, mail("m1", "Offer")), once(world, mail("m2", "Offer"))]);
    const both = [await requestFor(world, first, "m1"), await requestFor(world, second, "m2")];
    const lines = both.flatMap(told);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatchObject({ status: "open", decided_by: null });
  });

  it("an approver is told of the call that an edit turns theirs into, where that one is being asked about", async () => {
    const world = await startWorld();
    const first = await once(world, mail("m1", "Offer"));
    const second = await once(world, mail("m2", "Another"));
    const args = { to: "ann@example.org", subject: "Offer", body: "Dear Ann" };
    await decide(world, second, "m2", "edit", { comment: "typo", arguments: args });
    expect(told(await requestFor(world, second, "m2"))).toEqual([
      { execution_id: second, status: "edited", decided_by: "ann", comment: "typo" },
      { execution_id: first, status: "open", decided_by: null, comment: null },
    ]);
  });

  it("an approver is not told of what was decided before the time for which a call counts as made", async () => {
    const world = await startWorld();
    const first = await once(world, update("s1", "c1", { stage: "customer" }));
    await decide(world, first, "s1", "reject");
    await world.pass(24 * 3_600 + 1);
    const second = await once(world, update("s1", "c1", { stage: "customer" }));
    expect(told(await requestFor(world, second, "s1"))).toEqual([]);
  });

  it("an approver is told of five of the same calls at the most, the newest first", async () => {
    const world = await startWorld();
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const id = await once(world, update("s1", "c1", { stage: "customer" }));
      await decide(world, id, "s1", "reject", { comment: `no ${n}` });
      await world.pass(1);
    }
    const asked = await once(world, update("s1", "c1", { stage: "customer" }));
    expect(told(await requestFor(world, asked, "s1")).map(({ comment }) => comment)).toEqual(
      [6, 5, 4, 3, 2].map((n) => `no ${n}`),
    );
  });
});

describe("an open request whose call was asked about elsewhere", () => {
  const twice = async () => {
    const world = await startWorld();
    const first = await once(world, mail("m1", "Offer"));
    const second = await once(world, mail("m2", "Offer"));
    const shown = async () => {
      const { approval_id, execution_id } = (await world.deps.approvals.ofExecution(second))[0] ?? expect.fail();
      const opened = must(await openApproval(world.deps)(approval_id, approver("cleo")));
      const query = { status: opened.status, mine: "false", limit: 500, execution: execution_id } as const;
      const queue = await approvalQueue(world.deps)(query, { name: "cleo", scopes: ["approvals:decide"] });
      const listed = queue.plans.flatMap(({ approvals }) => approvals);
      expect(listed.map(({ earlier_decisions }) => earlier_decisions)).toEqual([opened.earlier_decisions]);
      const { plans } = await approvalQueue(world.deps)(
        { status: opened.status, mine: "false", limit: 500 },
        { name: "cleo", scopes: ["approvals:decide"] },
      );
      const all = plans.flatMap(({ approvals }) => approvals).find((each) => each.approval_id === approval_id);
      expect(all?.earlier_decisions).toEqual(opened.earlier_decisions);
      return opened.earlier_decisions;
    };
    return { world, first, second, shown };
  };

  it("an open request says that the same call was rejected meanwhile, by whom and why, and its record stays as it was", async () => {
    const { world, first, second, shown } = await twice();
    expect(await shown()).toMatchObject([{ execution_id: first, status: "open" }]);
    await decide(world, first, "m1", "reject", { by: "ben", comment: "not this week" });
    expect(await shown()).toMatchObject([{ status: "rejected", decided_by: "ben", comment: "not this week" }]);
    expect(told(await requestFor(world, second, "m2"))).toMatchObject([{ status: "open" }]);
  });

  it("an open request says that the same call was edited meanwhile, from what to what", async () => {
    const { world, first, shown } = await twice();
    const args = { to: "ann@example.org", subject: "Another", body: "Dear Ann" };
    await decide(world, first, "m1", "edit", { comment: "typo", arguments: args });
    expect(await shown()).toMatchObject([
      { status: "edited", decided_by: "ann", changes: [{ at: "/subject", old: "Offer", new: "Another" }] },
    ]);
  });

  it("an open request says that the same call was approved meanwhile, and nothing of one that is asked no more", async () => {
    const approved = await twice();
    await approve(approved.world, approved.first, "m1", { by: "ben" });
    expect(await approved.shown()).toMatchObject([{ status: "approved", decided_by: "ben" }]);
    const { world, first, shown } = await twice();
    const request = await requestFor(world, first, "m1");
    await world.deps.approvals.update({
      ...request,
      status: "voided",
      decided_at: world.deps.clock.now().toISOString(),
    });
    expect(await shown()).toEqual([]);
  });

  it("a decided request goes on saying what was known when it was decided", async () => {
    const { world, first, second, shown } = await twice();
    await decide(world, second, "m2", "reject");
    await world.pass(1);
    await decide(world, first, "m1", "reject");
    expect(await shown()).toMatchObject([{ execution_id: first, status: "open" }]);
  });

  it("open requests are listed with one look at the others that they tell of, and with none where none is open", async () => {
    const world = await startWorld();
    const looks: number[] = [];
    const { these } = world.deps.approvals;
    world.deps.approvals.these = async (named) => {
      looks.push(named.length);
      return these(named);
    };
    const listed = async () =>
      approvalQueue(world.deps)(
        { status: "open", mine: "false", limit: 500 },
        { name: "cleo", scopes: ["approvals:decide"] },
      );
    for (const n of [1, 2, 3]) await once(world, mail(`m${n}`, `Offer ${n}`));
    expect((await listed()).count).toBe(3);
    expect(looks).toEqual([]);
    for (const n of [1, 2, 3]) await once(world, mail(`n${n}`, `Offer ${n}`));
    expect((await listed()).count).toBe(6);
    expect(looks).toEqual([3]);
  });
});

describe("who is asked about a call that others approved", () => {
  it("an approver is told first of what was rejected, which many that were approved must not push out", async () => {
    const world = await startWorld();
    const rejected = await once(world, update("s1", "c1", { stage: "customer" }));
    await decide(world, rejected, "s1", "reject", { comment: "not this week" });
    for (let n = 0; n < 6; n += 1) {
      await world.pass(1);
      await approve(world, await once(world, update("s1", "c1", { stage: "customer" })), "s1", { by: "ben" });
    }
    const asked = await once(world, update("s1", "c1", { stage: "customer" }));
    expect(told(await requestFor(world, asked, "s1")).map(({ status }) => status)).toEqual([
      "rejected",
      ...Array.from({ length: 4 }, () => "approved"),
    ]);
  });
});

describe("an edited request", () => {
  it("an edited request names the one that replaces it, which says who edited, from what to what, why, and who submitted", async () => {
    const world = await startWorld();
    const id = await once(world, update("s1", "c1", { stage: "customer", note: "x" }));
    const first = await requestFor(world, id, "s1");
    const options = { comment: "still a lead", arguments: { contact_id: "c1", fields: { stage: "lead" } } };
    // Decided, and its execution not told yet: the new request is not open.
    expect(await tryToDecide(world, first, "edit", options)).toMatchObject({ ok: true });
    const view = await openApproval(world.deps)(first.approval_id, approver("ann"));
    await world.deps.waker.wake([id]);
    await world.settle();
    const again = await requestFor(world, id, "s1");
    expect(view).toMatchObject({ value: { status: "edited", followed_by: again.approval_id } });
    expect(await openApproval(world.deps)(first.approval_id, approver("ann"))).toMatchObject({
      value: { followed_by: again.approval_id },
    });
    expect(again.submitted_by).toBe("sam");
    expect(again.earlier_decisions).toMatchObject([
      {
        approval_id: first.approval_id,
        status: "edited",
        decided_by: "ann",
        comment: "still a lead",
        changes: [
          { at: "/fields/note", old: "x" },
          { at: "/fields/stage", old: "customer", new: "lead" },
        ],
      },
    ]);
    expect(again.earlier_decisions?.[0]?.changes[0]).not.toHaveProperty("new");
  });
});

describe("a decision on what is asked no more", () => {
  it("a decision on what is asked no more is refused, and says which request and digest stand now and what has changed", async () => {
    const world = await startWorld();
    const id = await once(world, update("s1", "c1", { stage: "customer" }));
    const seen = await requestFor(world, id, "s1");
    await decide(world, id, "s1", "edit", { arguments: { contact_id: "c2", fields: { stage: "customer" } } });
    const now = await requestFor(world, id, "s1");
    const stands_now = {
      approval_id: now.approval_id,
      digest: now.digest,
      known: true,
      changes: [{ at: "/contact_id", old: "c1", new: "c2" }],
    };
    const refused = await tryToDecide(world, seen, "approve", { by: "ben" });
    expect(refused).toMatchObject({ refusal: { status: 409, reason: "closed", stands_now } });
    expect(JSON.stringify(refused)).toContain(`what changed since: /contact_id`);
    const withOldDigest = await tryToDecide(world, now, "approve", { by: "ben", digest: seen.digest });
    expect(withOldDigest).toMatchObject({ refusal: { status: 409, reason: "digest_changed", stands_now } });
    const withAnother = await tryToDecide(world, now, "approve", { by: "ben", digest: "d" });
    expect(withAnother).toMatchObject({
      refusal: { stands_now: { digest: now.digest, known: false, changes: [], drift: [] } },
    });
  });

  it("a refused decision names the fields that have another value by now", async () => {
    const world = await startWorld();
    const id = await once(world, update("s1", "c1", { stage: "customer" }));
    const seen = await requestFor(world, id, "s1");
    await world.changeContact("c1", { stage: "churned" });
    await approve(world, id, "s1");
    const now = await requestFor(world, id, "s1");
    const drift = [{ record: "ghl:contact:c1", field: "stage", old: "qualified", new: "churned" }];
    const refused = await tryToDecide(world, seen, "reject", { comment: "no", by: "ben" });
    expect(refused).toMatchObject({ refusal: { stands_now: { approval_id: now.approval_id, changes: [], drift } } });
    expect(JSON.stringify(refused)).toContain("what changed since: stage of ghl:contact:c1");
  });
});
