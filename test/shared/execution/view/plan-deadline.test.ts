import { describe, expect, it } from "vitest";
import type { Asked } from "../../../../shared/execution/view/plan-deadline.ts";
import { planDeadlines } from "../../../../shared/execution/view/plan-deadline.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { plan, update } from "../../../harness/plans.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";

const at = (seconds: number): string => new Date(Date.parse("2026-03-02T09:00:00.000Z") + seconds * 1000).toISOString();

const asked = (plan_id: string, from: number, to: number | null): Asked => ({
  plan_id,
  status: to === null ? "open" : "approved",
  created_at: at(from),
  decided_at: to === null ? null : at(to),
});

/** Two plans that write the same contact, so that `p2` waits for `p1`, and one that waits for nobody. */
const plans = [
  plan("p1", [update("s1", "c1", { stage: "customer" }, { agent: "a1" })]),
  plan("p2", [update("s2", "c1", { stage: "churned" }, { agent: "a2" })], { deadline_seconds: 100 }),
  plan("p3", [update("s3", "c3", { stage: "customer" }, { agent: "a3" })], { deadline_seconds: 100 }),
];

const deadlines = (now: number, ...requests: readonly Asked[]) => {
  const { execution, schedule } = new PureExecution(scheduleOf(plans), CONTRACTS).view();
  const approvals = new Map(requests.map((request, place) => [String(place), request]));
  return planDeadlines({ execution, schedule, approvals, now: at(now) });
};

describe("a plan's deadline", () => {
  it("a plan's deadline is so many seconds after the submission, and over from that moment on", () => {
    expect(deadlines(99).get("p3")).toEqual({ at: at(100), over: false, standsStill: false });
    expect(deadlines(100).get("p3")).toEqual({ at: at(100), over: true, standsStill: false });
  });

  it("a plan's deadline is none where the plan has none", () => {
    expect(deadlines(1_000).has("p1")).toBe(false);
  });

  it("a plan's deadline moves by the time during which a person was waited for, counted once however many were asked", () => {
    const requests = [asked("p3", 10, 40), asked("p3", 20, 50), asked("p3", 45, 46), asked("p3", 60, 70)];
    expect(deadlines(80, ...requests).get("p3")?.at).toBe(at(150));
  });

  it("a plan's deadline stands still while a request is open, for days", () => {
    expect(deadlines(500_000, asked("p3", 10, null)).get("p3")).toMatchObject({ over: false, standsStill: true });
  });

  it("a plan's deadline stands still too while a plan is asked about that it waits for, and not for one that it does not", () => {
    const standing = deadlines(5_000, asked("p1", 10, null));
    expect(standing.get("p2")).toMatchObject({ over: false, standsStill: true });
    expect(standing.get("p3")).toMatchObject({ at: at(100), over: true, standsStill: false });
  });

  it("a deadline that is over stays so, also while a person is asked what became of a call", () => {
    for (const now of [111, 200, 5_000]) {
      expect(deadlines(now, asked("p3", 110, null)).get("p3")).toMatchObject({ over: true });
    }
  });

  it("a plan's deadline is moved at most until now by a decision whose clock is ahead, and never back", () => {
    expect(deadlines(50, asked("p3", 40, 300)).get("p3")?.at).toBe(at(110));
    expect(deadlines(50, asked("p3", 45, 40)).get("p3")?.at).toBe(at(100));
  });
});

describe("a deadline further away than a date can say", () => {
  it.each([1e9, 1e12, 1e13, 9e15])(
    "a deadline further away than a date can say is all the time in the world: %d seconds",
    (deadline_seconds) => {
      const far = [plan("p", [update("s", "c1", { stage: "customer" })], { deadline_seconds })];
      const { execution, schedule } = new PureExecution(scheduleOf(far), CONTRACTS).view();
      const [deadline] = planDeadlines({ execution, schedule, approvals: new Map(), now: at(1_000_000) }).values();
      expect(deadline).toMatchObject({ over: false, standsStill: false });
      expect((deadline?.at ?? "") <= "9999-12-31T23:59:59.999Z").toBe(true);
    },
  );
});
