import { describe, expect, it } from "vitest";
import { MOST_FAULTS } from "../../../shared/plan/json-faults.ts";
import { acceptSubmission } from "../../../shared/plan/submission.ts";
import { submissionSizeViolations } from "../../../shared/plan/submission-size.ts";

const registries = { tools: new Map(), agents: new Map(), registry_open: true, submitter: "sam" };
const numbers = Array.from({ length: 200_000 }, () => 1);

describe("a body of too many values", () => {
  it.each([
    ["", numbers],
    ["/plans", { plans: numbers }],
    ["/steps", { plan_id: "p", agents: [{ agent_id: "a" }], steps: numbers }],
    ["/steps/0/depends_on", { plan_id: "p", agents: [], steps: [{ step_id: "s", depends_on: numbers }] }],
    ["/execution_order", { plan_id: "p", agent_assignments: {}, execution_order: numbers }],
  ])(
    "a body of too many values is refused at the list that is too long, before its shape is looked at: %s",
    (path, body) => {
      const refused = acceptSubmission(body, registries);
      expect(refused.ok ? [] : refused.refusal.violations).toEqual([
        { path, rule: "too_many_items", message: "has 200000 entries; at most 10000 are taken" },
      ]);
    },
  );

  it("a body of too many values is refused for its length though each is wrong as well, and for its depth if too deep", () => {
    const infinite = Array.from({ length: 200_000 }, () => Number.POSITIVE_INFINITY);
    const refused = acceptSubmission({ plans: infinite }, registries);
    expect(refused.ok ? [] : refused.refusal.violations.map(({ rule }) => rule)).toEqual(["too_many_items"]);
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    const nested = acceptSubmission({ plans: deep }, registries);
    expect(nested.ok ? [] : nested.refusal.violations.map(({ rule }) => rule)).toEqual(["too_deep"]);
  });

  it("a body is looked at no further where a thousand values of its arguments are wrong", () => {
    const infinite = Array.from({ length: 5_000 }, () => Number.POSITIVE_INFINITY);
    const step = { step_id: "s", agent_id: "a", tool_name: "t", confidence: 1, arguments: { list: infinite } };
    const refused = acceptSubmission({ plan_id: "p", agents: [{ agent_id: "a" }], steps: [step] }, registries);
    expect(refused.ok ? {} : { listed: refused.refusal.violations.length, more: refused.refusal.more }).toEqual({
      listed: 100,
      more: MOST_FAULTS - 100,
    });
  });

  const wide = Object.fromEntries(numbers.map((one, place) => [`k${place}`, one]));
  it.each([
    ["/plans/0/steps/0/arguments", { plans: [{ plan_id: "p", agents: [], steps: [{ arguments: wide }] }] }],
    ["/tool_arguments/mail", { plan_id: "p", agent_assignments: {}, tool_arguments: { mail: { list: numbers } } }],
    ["/steps/0/arguments", { steps: [{ arguments: { text: "漢".repeat(30_000) } }] }],
  ])(
    "a body is refused for arguments that are too large before anything else of them is looked at: %s",
    (path, body) => {
      const refused = acceptSubmission(body, registries);
      expect(refused.ok ? [] : refused.refusal.violations).toEqual([
        {
          path,
          rule: "arguments_too_large",
          message: expect.stringContaining("the arguments of one step may have 65536"),
        },
      ]);
    },
  );

  it("a body is refused for all its lists together; those in arguments do not count, being bounded in bytes", () => {
    const steps = Array.from({ length: 40 }, () => ({ depends_on: numbers.slice(0, 9_000) }));
    expect(submissionSizeViolations({ steps }).map(({ rule }) => rule)).toEqual(["too_many_values"]);
    expect(submissionSizeViolations({ steps: [{ arguments: { list: numbers.slice(0, 30_000) } }] })).toEqual([]);
  });
});
