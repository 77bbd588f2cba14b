import { describe, expect, it } from "vitest";
import { resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { neighboursInUse } from "../../../shared/conflicts/resource-trackers.ts";
import { workingFromPlans } from "../../../shared/conflicts/working-from-plans.ts";
import { contractWith, inputOf, type PlanSketch, update } from "./input-of.ts";

const reader = contractWith({
  tool_name: "read_contact",
  resources: [{ key: "ghl:contact:{contact_id}", access: "read" }],
  compensation: "none",
});
const MANY = 300;

/** `MANY` plans that read a contact they do not know yet, then as many that each write one of their own, and again. */
const crowd = (): Record<string, PlanSketch> => {
  const plans: Record<string, PlanSketch> = {};
  for (const round of ["a", "b"]) {
    for (let number = 0; number < MANY; number += 1) {
      const id = `${round}${number}`;
      const fed = { id: `r-${id}`, tool: "read_contact", args: { contact_id: { $from: `q-${id}`, path: "/id" } } };
      plans[`readers-${id}`] = { steps: [{ id: `q-${id}`, tool: "memory_search" }, fed] };
    }
    for (let number = 0; number < MANY; number += 1) {
      plans[`writers-${round}${number}`] = { steps: [update(`w-${round}${number}`, `c${number}`)] };
    }
  }
  return plans;
};

describe("many reads of unknown keys beside many writes", () => {
  const input = inputOf(crowd(), { extra: [reader] });

  it("many reads of unknown keys beside many writes cost edges in their sum, not in their product", () => {
    const { order } = workingFromPlans(input);
    const touching = order.filter(({ resources }) => resources.length > 0).length;
    expect(touching).toBe(4 * MANY);
    expect(neighboursInUse(order).length).toBeLessThan(34 * touching);
  });

  it("reads of unknown keys beside writes leave every read and every write in order", () => {
    const { steps, edges } = resolveConflicts(input);
    const next = Map.groupBy(edges, (edge) => edge.before);
    const walkFrom = (from: string): Set<string> => {
      const seen = new Set([from]);
      for (const id of seen) for (const edge of next.get(id) ?? []) seen.add(edge.after);
      return seen;
    };
    const writers = steps.filter(({ step_id }) => step_id.startsWith("w-"));
    for (const read of steps.filter(({ step_id }) => step_id.startsWith("r-"))) {
      const reached = walkFrom(read.step_id);
      const unordered = writers.filter((write) => write.rank > read.rank && !reached.has(write.step_id));
      expect(unordered).toEqual([]);
    }
    for (const write of writers) {
      const reached = walkFrom(write.step_id);
      const later = steps.filter(({ step_id, rank }) => step_id.startsWith("r-") && rank > write.rank);
      expect(later.filter((read) => !reached.has(read.step_id))).toEqual([]);
    }
  });
});

describe("reads of unknown keys where nobody writes", () => {
  it("reads of unknown keys where nobody writes never wait for each other, however many", () => {
    const plans = Object.fromEntries(Object.entries(crowd()).filter(([id]) => id.startsWith("readers")));
    expect(resolveConflicts(inputOf(plans, { extra: [reader] })).conflicts).toEqual([]);
  });
});
