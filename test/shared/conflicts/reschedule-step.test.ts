import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noFacts, rescheduleStep, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, edgesOf, inputOf, mail, stepOf, update } from "./input-of.ts";

const fields = { city: "Bern" };
const none = new Set<string>();

describe("an edited step", () => {
  const input = inputOf({ p1: { steps: [update("s1", "c1")] }, p2: { steps: [update("s2", "c2")] } });
  const schedule = resolveConflicts(input);

  it("an edited step that now writes what another step writes waits for that one", () => {
    expect(schedule.conflicts).toEqual([]);
    const edited = rescheduleStep(schedule, input, "s1", { contact_id: "c2", fields }, none);
    expect(brief(edited.conflicts)).toEqual(["RESOURCE_CONFLICT DELAY resolved: s2, s1"]);
    expect(edgesOf(edited.schedule)).toEqual(["s2 -> s1 (delay)"]);
    expect(edited.schedule.steps.map(({ step_id, rank }) => [step_id, rank])).toEqual([
      ["s2", 0],
      ["s1", 1],
    ]);
    expect(stepOf(edited.schedule, "s1").resources).toEqual([
      { key: "ghl:contact:c2", access: "write", unresolved: false },
    ]);
  });

  it("an edited step waits for a step that has started, though it stood before it", () => {
    const edited = rescheduleStep(schedule, input, "s1", { contact_id: "c2", fields }, new Set(["s2"]));
    expect(edgesOf(edited.schedule)).toEqual(["s2 -> s1 (delay)"]);
  });

  it("an edited step leaves everything as it was where it meets nobody", () => {
    const edited = rescheduleStep(schedule, input, "s1", { contact_id: "c9", fields }, none);
    expect(edited.conflicts).toEqual([]);
    expect(edited.schedule.edges).toEqual([]);
  });

  it("an edited step cannot be edited once it has started, nor made up", () => {
    expect(() => rescheduleStep(schedule, input, "s1", { contact_id: "c9" }, new Set(["s1"]))).toThrow(/has started/);
    expect(() => rescheduleStep(schedule, input, "nobody", {}, none)).toThrow(/no step/);
  });

  it("an edited step cannot take a value from a step it does not depend on", () => {
    const args = { contact_id: { $from: "s2", path: "/id" }, fields };
    expect(() => rescheduleStep(schedule, input, "s1", args, none)).toThrow(/does not depend/);
  });
});

describe("a step edited out of a conflict", () => {
  const plans = Object.fromEntries(["a", "b", "c"].map((id) => [`p-${id}`, { steps: [update(id, "c1")] }]));
  const input = inputOf(plans);
  const schedule = resolveConflicts(input);

  it("a step edited out of a conflict lets go of its waits, and those it stood between are put in order", () => {
    const edited = rescheduleStep(schedule, input, "b", { contact_id: "c2", fields }, none);
    expect(edgesOf(edited.schedule)).toEqual(["a -> c (delay)"]);
    expect(brief(edited.conflicts)).toEqual(["RESOURCE_CONFLICT DELAY resolved: a, c"]);
  });

  it("a step edited out of a conflict is put in front of nothing that has started", () => {
    const edited = rescheduleStep(schedule, input, "c", { contact_id: "c2", fields }, new Set(["a", "b"]));
    expect(edgesOf(edited.schedule)).toEqual(["a -> b (delay)"]);
    expect(edited.conflicts).toEqual([]);
  });

  it("an edited step keeps its waits where only other arguments changed", () => {
    const edited = rescheduleStep(schedule, input, "b", { contact_id: "c1", fields: { city: "Basel" } }, none);
    expect(edited.schedule.edges).toEqual(schedule.edges);
    expect(edited.schedule.conflicts).toEqual(schedule.conflicts);
    expect(edited.conflicts).toEqual([]);
  });
});

describe("a mail that was edited", () => {
  const other = { to: "b@example.org", subject: "Offer", body: "Dear A" };

  it("a mail that was edited is no duplicate any more, and the open question is closed", () => {
    const input = inputOf({ p1: { steps: [mail("m1")] }, p2: { steps: [mail("m2")] } });
    const edited = rescheduleStep(resolveConflicts(input), input, "m2", other, none);
    expect(edited.schedule.edges).toEqual([]);
    expect(brief(edited.schedule.conflicts)).toEqual(["DUPLICATE_ACTION DELAY resolved: m1, m2"]);
    expect(edited.conflicts).toEqual([]);
  });

  it("a mail that was edited becomes the duplicate of a mail that has gone out", () => {
    const input = inputOf({ p1: { steps: [mail("m1")] }, p2: { steps: [mail("m2", { args: other })] } });
    const args = { to: "a@example.org", subject: "Offer", body: "Dear A" };
    const edited = rescheduleStep(resolveConflicts(input), input, "m2", args, new Set(["m1"]));
    expect(brief(edited.conflicts)).toEqual(["DUPLICATE_ACTION DELAY pending: m1, m2"]);
    expect(edgesOf(edited.schedule)).toEqual(["m1 -> m2 (twin)"]);
  });

  it("an edited mail waits for a lease that another execution has taken since, and it alone is asked about it", () => {
    const input = inputOf({ p1: { steps: [update("s1", "c1")] }, p2: { steps: [update("s2", "c2")] } });
    const schedule = resolveConflicts(input);
    const leases = ["c2", "c3"].map((id) => ({ key: `ghl:contact:${id}`, execution_id: "e0", step_id: "x" }));
    const now = { ...input, facts: { ...noFacts, leases } };
    const edited = rescheduleStep(schedule, now, "s1", { contact_id: "c3", fields }, none);
    expect(brief(edited.conflicts)).toEqual(["RESOURCE_CONFLICT DELAY pending: s1"]);
  });
});

describe("any edit", () => {
  it("any edit keeps the order free of circles, and puts no step in front of one that has started", () => {
    const contact = fc.constantFrom("c1", "c2", "c3");
    const plans = fc.array(fc.array(contact, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat(), contact, (contacts, pick, progress, target) => {
        const input = inputOf(
          Object.fromEntries(
            contacts.map((ids, plan) => [
              `p${plan}`,
              { steps: ids.map((id, place) => update(`s${plan}-${place}`, id)) },
            ]),
          ),
        );
        const schedule = resolveConflicts(input);
        // The set of steps that have started is closed under what they wait for.
        const started = new Set(schedule.steps.slice(0, progress % schedule.steps.length).map((step) => step.step_id));
        const open = schedule.steps.filter((step) => !started.has(step.step_id));
        const step_id = open[pick % open.length]?.step_id ?? "";
        const edited = rescheduleStep(schedule, input, step_id, { contact_id: target, fields }, started).schedule;
        const rank = new Map(edited.steps.map((step) => [step.step_id, step.rank]));
        const before = new Set(edgesOf(schedule));
        for (const edge of edited.edges) {
          expect(rank.get(edge.before)).toBeLessThan(rank.get(edge.after) ?? -1);
          if (!before.has(`${edge.before} -> ${edge.after} (${edge.kind})`))
            expect(started.has(edge.after)).toBe(false);
        }
        expect(edited.steps.map((step) => step.step_id).toSorted()).toEqual([...rank.keys()].toSorted());
      }),
      { numRuns: 150 },
    );
  });
});
