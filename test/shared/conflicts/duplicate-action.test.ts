import { describe, expect, it } from "vitest";
import type { EarlierCall } from "../../../shared/conflicts/repeated-call.ts";
import { callDigest, noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { stepsDoneElsewhere } from "../../../shared/conflicts/working-from-schedule.ts";
import { callsAwaited } from "../../../shared/execution/order/duplicates.ts";
import { brief, contractWith, edgesOf, inputOf, mail, stepOf } from "./input-of.ts";

const twoPlans = (more = {}) => ({ p1: { steps: [mail("m1")] }, p2: { steps: [mail("m2", more)] } });

describe("the same mail in two plans", () => {
  it("the later of two equal mails waits for the fate of the first", () => {
    const schedule = resolveConflicts(inputOf(twoPlans()));
    expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY pending: m1, m2"]);
    expect(schedule.conflicts[0]?.severity_score).toBe(9);
    expect(edgesOf(schedule)).toEqual(["m1 -> m2 (twin)"]);
    expect(stepOf(schedule, "m2").aborted_by_conflict).toBeNull();
  });

  it("the same mail in two plans is found whatever the order of its arguments' keys, and however literals are written", () => {
    const args = { body: "Dear A", subject: { $literal: "Offer" }, to: "a@example.org" };
    const schedule = resolveConflicts(inputOf(twoPlans({ args })));
    expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY pending: m1, m2"]);
  });

  it("a duplicate waits, is shown to an approver and stays where allow_duplicate is set", () => {
    const schedule = resolveConflicts(inputOf(twoPlans({ allowDuplicate: true })));
    expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY resolved: m1, m2"]);
    expect(edgesOf(schedule)).toEqual(["m1 -> m2 (delay)"]);
    expect(stepOf(schedule, "m2")).toMatchObject({ approval_needed: true, aborted_by_conflict: null });
    expect(schedule.conflicts[0]?.details).toMatchObject({
      allow_duplicate: true,
      duplicate_of: { plan_id: "p1", step_id: "m1" },
    });
  });

  it("a mail is no duplicate while an argument waits for a result", () => {
    const steps = [
      { id: "q", tool: "memory_search" },
      mail("m2", { args: { to: { $from: "q", path: "/to" }, subject: "Offer", body: "Dear A" } }),
    ];
    expect(resolveConflicts(inputOf({ p1: { steps: [mail("m1")] }, p2: { steps } })).conflicts).toEqual([]);
  });

  it("of two equal mails none is a duplicate where one of them does not go LIVE", () => {
    expect(resolveConflicts(inputOf(twoPlans({ confidence: 0.82 }))).conflicts).toEqual([]);
  });

  it("a mail is a duplicate within one plan too, even where the two are in order", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [mail("m1"), mail("m2", { after: ["m1"] })] } }));
    expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY pending: m1, m2"]);
  });
});

describe("the same mail three times", () => {
  it("the third of three equal mails waits for both before it, since the second runs where the first had no effect", () => {
    const plans = { p1: { steps: [mail("m1")] }, p2: { steps: [mail("m2")] }, p3: { steps: [mail("m3")] } };
    const schedule = resolveConflicts(inputOf(plans));
    expect(edgesOf(schedule)).toEqual(["m1 -> m2 (twin)", "m1 -> m3 (twin)", "m2 -> m3 (twin)"]);
    expect(brief(schedule.conflicts)).toEqual([
      "DUPLICATE_ACTION DELAY pending: m1, m2",
      "DUPLICATE_ACTION DELAY pending: m1, m3",
    ]);
  });
});

describe("a call that the ledger knows", () => {
  const earlier = (status: EarlierCall["status"]) => ({
    ...noFacts,
    recent_calls: new Map([
      [
        callDigest("msgraph_send_email", { to: "a@example.org", subject: "Offer", body: "Dear A" }),
        { execution_id: "e0", step_id: "m0", status, at: "2026-01-01T00:00:00Z" },
      ],
    ]),
  });
  const steps = [mail("m1"), { id: "s2", tool: "goal_query", after: ["m1"] }];

  it.each(["COMMITTED", "INDETERMINATE"] as const)(
    "a call that the ledger knows is aborted where the first is %s",
    (status) => {
      const schedule = resolveConflicts(inputOf({ p1: { steps } }, { facts: earlier(status) }));
      expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION ABORT resolved: m1"]);
      expect(stepOf(schedule, "m1").aborted_by_conflict).toContain("step m0 of execution e0");
    },
  );

  it("a call that the ledger knows is told as made only where somebody knows that it was", () => {
    const told = (status: EarlierCall["status"]) => {
      const { conflicts } = resolveConflicts(inputOf({ p1: { steps } }, { facts: earlier(status) }));
      return conflicts.map(({ finding, resolution }) => `${finding}: ${resolution}`).join();
    };
    expect(told("COMMITTED")).toMatch(
      /repeats a call that step m0 of execution e0 made at .* takes the earlier call as done$/,
    );
    expect(told("INDETERMINATE")).toMatch(
      /may repeat a call: step m0 of execution e0 began the same call at .*, and nobody knew whether that was made/,
    );
    expect(told("INDETERMINATE")).toContain("waits until a person has found out");
  });

  it("a call that the ledger knows waits where the first is under way, and so does another like it", () => {
    const plan = { steps: [...steps, mail("m2")] };
    const schedule = resolveConflicts(inputOf({ p1: plan }, { facts: earlier("INTENT") }));
    expect(brief(schedule.conflicts)).toEqual([
      "DUPLICATE_ACTION DELAY pending: m1",
      "DUPLICATE_ACTION DELAY pending: m2",
      "DUPLICATE_ACTION DELAY pending: m1, m2",
    ]);
    expect(stepOf(schedule, "m1")).toMatchObject({ aborted_by_conflict: null, ceiling: { mode: "LIVE" } });
    expect([...stepsDoneElsewhere(schedule.conflicts)]).toEqual([]);
    const call = { execution_id: "e0", step_id: "m0", side: "forward" };
    expect([...callsAwaited(schedule.conflicts)]).toEqual([
      ["m1", call],
      ["m2", call],
    ]);
  });

  it("a duplicate of an earlier call lets its dependents go on: the earlier call is taken as done", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps } }, { facts: earlier("COMMITTED") }));
    expect(stepOf(schedule, "s2")).toMatchObject({ aborted_by_conflict: null, ceiling: { mode: "LIVE" } });
    expect([...stepsDoneElsewhere(schedule.conflicts)]).toEqual(["m1"]);
  });

  it("a call that the ledger knows runs where the first was REJECTED: that one had no effect", () => {
    expect(resolveConflicts(inputOf({ p1: { steps } }, { facts: earlier("REJECTED") })).conflicts).toEqual([]);
  });

  it("a call that the ledger knows waits for a person with allow_duplicate", () => {
    const permitted = { steps: [mail("m1", { allowDuplicate: true })] };
    const schedule = resolveConflicts(inputOf({ p1: permitted }, { facts: earlier("COMMITTED") }));
    expect(brief(schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY resolved: m1"]);
    expect(stepOf(schedule, "m1")).toMatchObject({ aborted_by_conflict: null, approval_needed: true });
    expect(schedule.conflicts[0]?.details).toMatchObject({ duplicate_of: { execution_id: "e0", step_id: "m0" } });
  });
});

describe("sensitivity to duplicates", () => {
  const twice = (tool: string) => ({ p1: { steps: [{ id: "s1", tool }] }, p2: { steps: [{ id: "s2", tool }] } });

  it("the rule of duplicates leaves tools alone that may act twice", () => {
    const extra = [contractWith({ tool_name: "poke" })];
    expect(resolveConflicts(inputOf(twice("poke"), { extra })).conflicts).toEqual([]);
  });

  it("the rule of duplicates follows the contract of a MEDIUM tool", () => {
    const extra = [contractWith({ tool_name: "pay", duplicate_sensitive: true })];
    expect(brief(resolveConflicts(inputOf(twice("pay"), { extra })).conflicts)).toEqual([
      "DUPLICATE_ACTION DELAY pending: s1, s2",
    ]);
  });
});
