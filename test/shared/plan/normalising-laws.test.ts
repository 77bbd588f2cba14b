import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../shared/plan/json.ts";
import { acceptSubmission } from "../../../shared/plan/submission.ts";
import { toolExecutionPlan } from "../../../shared/plan/tool-execution-plan.ts";
import { fullPlanOf, registries } from "./registries.ts";

const TOOLS = ["a", "b", "c"];

/** A full plan with random dependencies, forwards, backwards and to steps that do not exist. */
const anyFullPlan = (plan_id: string) =>
  fc
    .array(
      fc.record({
        depends_on: fc.array(fc.constantFrom("s0", "s1", "s2", "s3", "ghost"), { maxLength: 2 }),
        from: fc.option(fc.constantFrom("s0", "s1", "s2"), { nil: undefined }),
        tool_name: fc.constantFrom(...TOOLS),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((steps) =>
      fullPlanOf(
        plan_id,
        steps.map(({ from, ...step }, n) => ({
          ...step,
          step_id: `s${n}`,
          arguments:
            from === undefined ? {} : { first: "x", second: { $from: from, path: "/y" }, list: [{ $from: from }] },
        })),
      ),
    );

const anyShortPlan = (plan_id: string) =>
  fc
    .record({
      agent_1: fc.array(fc.constantFrom(...TOOLS), { minLength: 1, maxLength: 5 }),
      agent_2: fc.array(fc.constantFrom(...TOOLS), { maxLength: 5 }),
    })
    .chain((agent_assignments) => {
      const written = [...agent_assignments.agent_1, ...agent_assignments.agent_2];
      return fc.shuffledSubarray(written).map((execution_order) => ({ plan_id, agent_assignments, execution_order }));
    });

const anySubmission = fc.tuple(
  fc.oneof(anyFullPlan("p1"), anyShortPlan("p1")),
  fc.oneof(anyFullPlan("p2"), anyShortPlan("p2")),
);

/** The same value with the fields of its objects in the opposite order; agent_assignments keeps its meaningful order. */
const reordered = (value: Json, key = ""): Json => {
  if (Array.isArray(value)) return value.map((item) => reordered(item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]): [string, Json] => [name, reordered(item, name)]);
  return Object.fromEntries(key === "agent_assignments" ? entries : entries.reverse());
};

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));

describe("normalising", () => {
  it("normalising gives equal plans for equal bodies, whatever the order of their fields", () => {
    fc.assert(
      fc.property(anySubmission, (plans) => {
        const once = acceptSubmission(asJson(plans), registries());
        expect(acceptSubmission(asJson(plans), registries())).toEqual(once);
        const again = acceptSubmission(reordered(asJson(plans)), registries());
        expect(again.ok).toBe(once.ok);
        if (once.ok && again.ok) expect(asJson(again.value.plans)).toEqual(asJson(once.value.plans));
      }),
    );
  });

  it("normalising leaves every accepted plan with unique steps that wait only for steps of their own plan, in no circle", () => {
    let accepted = 0;
    fc.assert(
      fc.property(anySubmission, (plans) => {
        const result = acceptSubmission(asJson(plans), registries());
        if (!result.ok) return;
        accepted += 1;
        const ids = result.value.plans.flatMap(({ steps }) => steps.map(({ step_id }) => step_id));
        expect(new Set(ids).size).toBe(ids.length);
        for (const plan of result.value.plans) {
          expect(toolExecutionPlan.parse(plan)).toEqual(plan);
          const own = new Map(plan.steps.map((step) => [step.step_id, step]));
          const done = new Set<string>();
          for (let pass = 0; pass < own.size; pass += 1)
            for (const step of own.values()) if (step.depends_on.every((id) => done.has(id))) done.add(step.step_id);
          expect(done.size).toBe(own.size);
          for (const step of own.values()) {
            for (const { from } of step.argument_sources) expect(step.depends_on).toContain(from);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("normalising keeps every assignment of the short form once, an agent's steps in one chain", () => {
    fc.assert(
      fc.property(anyShortPlan("p"), (plan) => {
        const result = acceptSubmission(plan, registries());
        if (!result.ok) throw new Error(JSON.stringify(result.refusal));
        const steps = result.value.plans[0]?.steps ?? [];
        for (const [agent, tools] of Object.entries(plan.agent_assignments)) {
          const own = steps.filter(({ agent_id }) => agent_id === agent);
          expect(own.map(({ tool_name }) => tool_name).sort()).toEqual([...tools].sort());
          expect(own.map(({ runs_after }) => runs_after)).toEqual(
            own.map((_, n) => (n === 0 ? [] : [own[n - 1]?.step_id])),
          );
        }
        expect(steps.slice(0, plan.execution_order.length).map(({ tool_name }) => tool_name)).toEqual(
          plan.execution_order,
        );
      }),
    );
  });
});
