import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { extendApproval } from "../../functions/api/act/extend-approval.ts";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import type { Deps } from "../../functions/deps.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { DecisionWord } from "../../shared/execution/approval/decide.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, must, openRequests, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const MAIL = { plans: [plan("p1", [mail("m1", "Offer")])] };
const everything = { kind: "everything" } as const;

/** Every clock says this moment now, and goes on from there; what falls due then has not been looked at yet. */
const setClockTo = ({ deps }: TestWorld, moment: string | null): void => {
  if (moment === null) throw new Error("it never expires");
  const { now } = deps.clock;
  const ahead = Date.parse(moment) - now().getTime();
  deps.clock.now = () => new Date(now().getTime() + ahead);
};

const justBefore = (moment: string | null): string => new Date(Date.parse(moment ?? "") - 1).toISOString();

const decideNow = async (world: TestWorld, request: ApprovalRequest, word: DecisionWord, by = "ann") => {
  const decided = await tryToDecide(world, request, word, word === "approve" ? { by } : { by, comment: "no" });
  if (decided.ok) await tellExecution(world.deps, decided.value);
  return decided;
};

describe("a request that expires in the same instant in which somebody decides it", () => {
  it.each(["approve", "reject", "edit"] as const)(
    "a request that expires in the instant of a decision is expired, and nothing is done (%s)",
    async (word) => {
      const world = await startWorld();
      const id = await submit(world, MAIL);
      const request = await requestFor(world, id, "m1");
      setClockTo(world, request.expires_at);
      const args = { to: "ann@example.org", subject: "Offer", body: "Dear Bob" };
      const decided = await tryToDecide(world, request, word, {
        comment: "no",
        ...(word === "edit" && { arguments: args }),
      });
      expect(decided).toMatchObject({ ok: false, refusal: { detail: expect.stringContaining("it expired at") } });
      await world.rest(300_000);
      expect(await standing(world, id)).toEqual({ m1: "ABORTED finished expired" });
      expect(await world.records("outbox")).toEqual([]);
    },
  );

  it("a request is decided a millisecond before it expires, and stays so, though the pass that expires looks then", async () => {
    const world = await startWorld();
    const id = await submit(world, MAIL);
    const request = await requestFor(world, id, "m1");
    setClockTo(world, justBefore(request.expires_at));
    expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: true });
    setClockTo(world, request.expires_at);
    await world.rest(300_000);
    expect(await standing(world, id)).toEqual({ m1: "LIVE finished live" });
    expect(await world.records("outbox")).toHaveLength(1);
  });

  it("a request is decided where the decision is written between the expiring pass's look and its own write", async () => {
    let look = async (): Promise<void> => {};
    const meeting = ({ approvals, ...deps }: Deps): Deps => {
      const updated: typeof approvals.update = async (request) => {
        if (request.status === "expired") await look();
        return approvals.update(request);
      };
      return { ...deps, approvals: { ...approvals, update: updated } };
    };
    const world = await startWorld({ depsFor: (state, deps) => (state === "Next wave" ? meeting(deps) : deps) });
    const id = await submit(world, MAIL);
    const request = await requestFor(world, id, "m1");
    look = async () => {
      const { now } = world.deps.clock;
      setClockTo(world, justBefore(request.expires_at));
      must(await tryToDecide(world, request, "approve"));
      world.deps.clock.now = now;
    };
    await world.rest(300_000);
    expect(await standing(world, id)).toEqual({ m1: "LIVE finished live" });
    expect(await world.records("outbox")).toHaveLength(1);
  });

  it("a request is given no more time in the instant in which it expires", async () => {
    const world = await startWorld();
    const id = await submit(world, MAIL);
    const request = await requestFor(world, id, "m1");
    setClockTo(world, request.expires_at);
    const more = { seconds: 3_600, reason: "on holiday" };
    expect(await extendApproval(world.deps)(request.approval_id, more, "olga")).toMatchObject({ ok: false });
    await world.rest(300_000);
    expect(await standing(world, id)).toEqual({ m1: "ABORTED finished expired" });
  });

  it("a request that expires as its execution is resumed after a lock is expired, and asked anew", async () => {
    const world = await startWorld();
    const id = await submit(world, MAIL);
    const request = await requestFor(world, id, "m1");
    await lockSystem(world.deps)({ scope: everything, mode: "stop_forward", reason: "?" }, "olga");
    await world.settle();
    expect(await standing(world, id)).toEqual({ m1: "LOCKED open lock" });
    setClockTo(world, request.expires_at);
    must(await unlockSystem(world.deps)({ scope: everything, reason: "false alarm" }, "omar"));
    must(await resumeExecution(world.deps)(id, { by: "omar", reason: "false alarm" }));
    expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: false });
    await world.settle();
    expect((await world.deps.approvals.get(request.approval_id))?.status).toBe("expired");
    const anew = await requestFor(world, id, "m1");
    expect(anew.approval_id).not.toBe(request.approval_id);
    expect(await world.records("outbox")).toEqual([]);
    await world.rest(300_000);
    expect(await standing(world, id)).toEqual({ m1: "ABORTED finished expired" });
  });
});

describe("two decisions of the same instant", () => {
  it.each([
    ["approve", "reject"],
    ["reject", "approve"],
    ["approve", "edit"],
    ["edit", "approve"],
    ["reject", "edit"],
  ] as const)(
    "of two decisions of the same instant one counts, and who made the other is told so: %s, %s",
    async (one, other) => {
      const world = await startWorld();
      const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
      const request = await requestFor(world, id, "s1");
      const args = { contact_id: "c1", fields: { stage: "lead" } };
      const decided = await Promise.all(
        ([one, other] as const).map((word, at) =>
          tryToDecide(world, request, word, {
            by: at === 0 ? "ann" : "bea",
            ...(word === "approve" ? {} : { comment: "no" }),
            ...(word === "edit" ? { arguments: args } : {}),
          }),
        ),
      );
      expect(decided.filter(({ ok }) => ok)).toHaveLength(1);
      const kept = await world.deps.approvals.get(request.approval_id);
      const winner = decided[0]?.ok === true ? one : other;
      expect(kept).toMatchObject({ status: { approve: "approved", reject: "rejected", edit: "edited" }[winner] });
      if (kept !== undefined) await tellExecution(world.deps, kept);
      await world.settle();
      const stage = (await world.contact("c1"))?.stage;
      expect(stage === "customer").toBe(winner === "approve");
      expect((await openRequests(world, id)).length).toBe(winner === "edit" ? 1 : 0);
    },
  );
});

describe("a stop and an approval of the same instant", () => {
  const stops = {
    abort: async (world: TestWorld, id: string) =>
      must(await abortExecution(world.deps)(id, { by: "olga", reason: "wrong customer" })),
    lock: (world: TestWorld) => lockSystem(world.deps)({ scope: everything, mode: "freeze_all", reason: "?" }, "olga"),
  };
  it.each([
    ["abort", "stop first"],
    ["abort", "approval first"],
    ["lock", "stop first"],
    ["lock", "approval first"],
  ] as const)(
    "a stop and an approval of the same instant send nothing that the stop's answer does not list: %s, %s",
    async (stop, order) => {
      const world = await startWorld();
      const id = await submit(world, MAIL);
      const request = await requestFor(world, id, "m1");
      const acts = [() => stops[stop](world, id), () => decideNow(world, request, "approve")];
      const [stopped] = await Promise.all([
        ...(order === "stop first" ? acts : acts.toReversed()).map((act) => act()),
      ]).then((answers) => (order === "stop first" ? answers : answers.toReversed()));
      await world.rest();
      const listed = stopped !== undefined && "can_still_run" in stopped ? stopped.can_still_run : [];
      expect(await world.records("outbox")).toHaveLength(listed.length);
      expect(await world.deps.inFlightCalls.all()).toEqual([]);
    },
  );
});

it("a start that broke off in the same instant in which the next begins is not begun again, pass after pass, until time goes on", async () => {
  let starts = 0;
  const brokenOnce = ({ leases, ...deps }: Deps): Deps => {
    const acquire: typeof leases.acquire = async (...asked) => {
      starts += 1;
      if (starts === 1) throw new Error("the store turned it away");
      return leases.acquire(...asked);
    };
    return { ...deps, leases: { ...leases, acquire } };
  };
  const begun: string[] = [];
  const world = await startWorld({
    depsFor: (state, deps) => (state === "Live" ? brokenOnce(deps) : deps),
    watch: ({ state }) => begun.push(state),
  });
  const id = await submit(world, MAIL);
  await approve(world, id, "m1");
  await world.settle();
  expect(begun.filter((state) => state === "Live").length).toBeLessThan(5);
  await world.rest(300);
  expect(await standing(world, id)).toEqual({ m1: "LIVE finished live" });
  expect(await world.records("outbox")).toHaveLength(1);
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect((await stepOf(world, id, "m1")).approvals_asked).toBe(1);
});
