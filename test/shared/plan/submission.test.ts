import { describe, expect, it } from "vitest";
import { shortName } from "../../../shared/plan/given-names.ts";
import { acceptSubmission, type Registries } from "../../../shared/plan/submission.ts";
import { toolExecutionPlan } from "../../../shared/plan/tool-execution-plan.ts";
import { MAX_VIOLATIONS_LISTED } from "../../../shared/plan/violation.ts";
import { agentNamed, fullPlanOf, phase21Example, registries } from "./registries.ts";

const accepted = (body: unknown, more: Partial<Registries> = {}) => {
  const result = acceptSubmission(body, registries(more));
  if (!result.ok) throw new Error(JSON.stringify(result.refusal.violations, null, 1));
  return result.value;
};
const refused = (body: unknown, more: Partial<Registries> = {}) => {
  const result = acceptSubmission(body, registries(more));
  if (result.ok) throw new Error("was accepted");
  return result.refusal;
};
const rulesAt = (body: unknown, more: Partial<Registries> = {}) =>
  refused(body, more).violations.map(({ path, rule }) => `${path} ${rule}`);
const messageAt = (path: string, body: unknown, more: Partial<Registries> = {}) =>
  refused(body, more).violations.find((violation) => violation.path === path)?.message;

describe("what a body may be", () => {
  it("a body may be a submission, a bare plan or an array of plans", () => {
    const { plans } = accepted({ plans: [phase21Example] });
    expect(accepted(phase21Example).plans).toEqual(plans);
    expect(accepted([phase21Example]).plans).toEqual(plans);
  });

  it("faults of a body point into it as it was sent", () => {
    const broken = fullPlanOf("p", [{ step_id: "s", confidence: 2 }]);
    expect(rulesAt({ plans: [broken] })).toEqual(["/plans/0/steps/0/confidence range"]);
    expect(rulesAt([broken])).toEqual(["/0/steps/0/confidence range"]);
    expect(rulesAt(broken)).toEqual(["/steps/0/confidence range"]);
    expect(accepted([phase21Example]).plan_paths).toEqual(["/0"]);
  });

  it.each([undefined, null, 7, "plans", true])("a body of %j is refused: it is no submission", (body) => {
    expect(refused(body).violations.length).toBeGreaterThan(0);
  });

  it("a body with plan is asked whether it means plans, and an empty submission is refused", () => {
    expect(messageAt("/plan", { plan: phase21Example })).toContain('did you mean "plans"');
    expect(rulesAt({ plans: [] })).toEqual(["/plans no_plans"]);
    expect(rulesAt([])).toEqual([" no_plans"]);
  });

  it("a plan in both forms or in neither is refused", () => {
    expect(rulesAt({ plans: [{ ...phase21Example, steps: [] }, { plan_id: "p" }] })).toEqual([
      "/plans/0 plan_form",
      "/plans/1 plan_form",
    ]);
  });
});

describe("the short form", () => {
  it("the short form is taken in Phase 21's example as it is", () => {
    const { plans, warnings } = accepted({ plans: [phase21Example] });
    const [plan] = plans;
    expect(toolExecutionPlan.parse(plan)).toEqual(plan);
    expect(
      plan?.steps.map(({ step_id, agent_id, runs_after, depends_on }) => ({
        step_id,
        agent_id,
        runs_after,
        depends_on,
      })),
    ).toEqual([
      { step_id: "plan_1.vision_inspect", agent_id: "agent_1", runs_after: [], depends_on: [] },
      { step_id: "plan_1.form_fill", agent_id: "agent_1", runs_after: ["plan_1.vision_inspect"], depends_on: [] },
      { step_id: "plan_1.button_click", agent_id: "agent_2", runs_after: [], depends_on: [] },
    ]);
    expect(plan?.steps.map(({ confidence, confidence_source }) => [confidence, confidence_source])).toEqual([
      [0.8, "stated"],
      [0.7, "default"],
      [0.7, "default"],
    ]);
    expect(plan?.agents).toEqual([
      { agent_id: "agent_1", permissions: ["ghl_access"] },
      { agent_id: "agent_2", permissions: [] },
    ]);
    expect(warnings.join()).toContain("plan_1.form_fill, plan_1.button_click; 0.7 is assumed");
  });

  it("the short form matches the n-th mention with the n-th assignment and puts what is not mentioned last", () => {
    const plan = {
      plan_id: "p",
      agent_assignments: { x: ["a", "b", "a"], y: ["a", "c"] },
      execution_order: ["c", "a", "b", "a"],
    };
    const [normalised] = accepted(plan).plans;
    expect(
      normalised?.steps.map(({ agent_id, source_step_id, runs_after }) => [agent_id, source_step_id, runs_after]),
    ).toEqual([
      ["y", "c", []],
      ["x", "a", []],
      ["x", "b", ["p.a"]],
      ["x", "a.2", ["p.b"]],
      ["y", "a.3", ["p.c"]],
    ]);
  });

  it("the short form gives a numbered id another form where a tool is called like it", () => {
    const plan = { plan_id: "p", agent_assignments: { x: ["a", "a.2", "a"] } };
    const ids = accepted(plan, { tools: new Set(["a", "a.2"]) }).plans[0]?.steps.map(({ step_id }) => step_id);
    expect(ids).toEqual(["p.a", "p.a.2", "p.a.2_"]);
  });

  it("the short form lets arguments take results by the tool's name", () => {
    const plan = {
      plan_id: "p",
      agent_assignments: { x: ["ghl_search", "ghl_update_contact"] },
      tool_arguments: { ghl_update_contact: { contact_id: { $from: "ghl_search", path: "/id" } } },
    };
    expect(accepted(plan).plans[0]?.steps[1]).toMatchObject({
      depends_on: ["p.ghl_search"],
      arguments: { contact_id: { $from: "p.ghl_search", path: "/id" } },
      argument_sources: [{ at: "/contact_id", from: "p.ghl_search", path: "/id" }],
    });
  });

  it("the short form refuses what no assignment backs, with the name that was meant", () => {
    const plan = {
      ...phase21Example,
      execution_order: ["form_fill", "form_fill", "buton_click"],
      confidence_scores: { vision_inspec: 0.8 },
      tool_arguments: { a: {} },
      agent_permissions: { agent_3: [] },
    };
    expect(rulesAt(plan)).toEqual([
      "/execution_order/1 too_many_mentions",
      "/execution_order/2 unassigned_tool",
      "/confidence_scores/vision_inspec unassigned_tool",
      "/tool_arguments/a unassigned_tool",
      "/agent_permissions/agent_3 unlisted_agent",
    ]);
    expect(messageAt("/execution_order/2", plan)).toContain('did you mean "button_click"');
  });

  it("the short form refuses a plan that assigns nothing", () => {
    expect(rulesAt({ plan_id: "p", agent_assignments: {} })).toEqual(["/agent_assignments no_steps"]);
    expect(rulesAt({ plan_id: "p", agent_assignments: { x: [] } })).toEqual(["/agent_assignments no_steps"]);
  });

  it("the short form is not confused by names that every object has", () => {
    const plan = { plan_id: "p", agent_assignments: { constructor: ["toString"] } };
    const step = accepted(plan, { tools: new Set(["toString"]) }).plans[0]?.steps[0];
    expect(step).toMatchObject({ agent_id: "constructor", arguments: {}, confidence_source: "default" });
  });
});

describe("step ids", () => {
  it("step ids that are unique are kept and all that repeat are qualified, references included", () => {
    const first = fullPlanOf("p1", [{ step_id: "s1" }, { step_id: "only" }]);
    const second = fullPlanOf("p2", [
      { step_id: "s1" },
      { step_id: "s2", depends_on: ["s1"], arguments: { q: [{ $from: "s1", path: "/x" }] } },
    ]);
    const { plans } = accepted([first, second]);
    expect(plans.map(({ steps }) => steps.map(({ step_id }) => step_id))).toEqual([
      ["p1.s1", "only"],
      ["p2.s1", "s2"],
    ]);
    expect(plans[1]?.steps[1]).toMatchObject({
      source_step_id: "s2",
      depends_on: ["p2.s1"],
      arguments: { q: [{ $from: "p2.s1", path: "/x" }] },
      argument_sources: [{ at: "/q/0", from: "p2.s1", path: "/x" }],
    });
  });

  it("a qualified step id that another step has is refused, and one that grows too long is shortened", () => {
    const plans = [
      fullPlanOf("p1", [{ step_id: "s" }]),
      fullPlanOf("p2", [{ step_id: "s" }]),
      fullPlanOf("p3", [{ step_id: "p1.s" }]),
    ];
    expect(rulesAt(plans)).toEqual(["/2/steps/0/step_id ambiguous_step_id"]);
    const long = "x".repeat(100);
    const { plans: taken } = accepted({ plan_id: long, agent_assignments: { z: [long] } }, { tools: new Set([long]) });
    expect(taken[0]?.steps).toMatchObject([{ step_id: shortName(`${long}.${long}`), source_step_id: long }]);
  });

  it("a plan_id or a step_id that is used twice is refused", () => {
    const plan = fullPlanOf("p", [{ step_id: "s" }, { step_id: "s" }]);
    expect(rulesAt([plan, fullPlanOf("p", [{ step_id: "t" }])])).toEqual([
      "/1/plan_id duplicate_plan_id",
      "/0/steps/1/step_id duplicate_step_id",
    ]);
  });
});

describe("dependencies", () => {
  it("the faults of a circle name its steps, made by depends_on and $from together", () => {
    const plan = fullPlanOf("p", [
      { step_id: "s1", depends_on: ["s3"] },
      { step_id: "s2", arguments: { q: { $from: "s1", path: "/x" } } },
      { step_id: "s3", depends_on: ["s2"] },
    ]);
    const { violations } = refused(plan);
    expect(violations.map(({ rule }) => rule)).toEqual(["dependency_cycle"]);
    expect(violations[0]?.message).toContain("s1 -> s3 -> s2 -> s1");
  });

  it("a step that waits for itself, for nobody, or for another plan's step is refused", () => {
    const plans = [
      fullPlanOf("p1", [
        { step_id: "s1", depends_on: ["s1"] },
        { step_id: "s2", depends_on: ["ghost_step", "other"] },
      ]),
      fullPlanOf("p2", [{ step_id: "other" }]),
    ];
    expect(rulesAt(plans).sort()).toEqual([
      "/0/steps/0/depends_on/0 dependency_cycle",
      "/0/steps/1/depends_on/0 unknown_step",
      "/0/steps/1/depends_on/1 unknown_step",
    ]);
    expect(messageAt("/0/steps/1/depends_on/1", plans)).toContain('is a step of plan "p2"');
  });

  it("a chain of many thousand steps is walked to its end", () => {
    const steps = Array.from({ length: 5_000 }, (_, n) => ({
      step_id: `s${n}`,
      depends_on: n === 0 ? [] : [`s${n - 1}`],
    }));
    expect(accepted(fullPlanOf("p", steps)).plans[0]?.steps).toHaveLength(5_000);
  });
});

describe("registries", () => {
  it("unknown tools are refused, and unknown agents where the registry is closed, with the nearest name", () => {
    const plan = fullPlanOf("p", [{ step_id: "s", tool_name: "ghl_serach" }]);
    const closed = { registry_open: false, agents: new Map([["agent_2", agentNamed("agent_2")]]) };
    expect(rulesAt(plan)).toEqual(["/steps/0/tool_name unknown_tool"]);
    expect(messageAt("/steps/0/tool_name", plan)).toContain('did you mean "ghl_search"');
    expect(rulesAt(plan, closed)).toEqual(["/steps/0/tool_name unknown_tool", "/agents/0/agent_id unknown_agent"]);
    expect(messageAt("/agents/0/agent_id", plan, closed)).toContain('did you mean "agent_2"');
  });

  it("an agent's plans are taken only from its allowed submitters", () => {
    const agents = new Map([["agent_1", agentNamed("agent_1", { allowed_submitters: ["bob"] })]]);
    const plan = fullPlanOf("p", [{ step_id: "s" }]);
    expect(rulesAt(plan, { agents })).toEqual(["/agents/0/agent_id submitter_not_allowed"]);
    expect(accepted(plan, { agents, submitter: "bob" }).plans).toHaveLength(1);
  });

  it("a step takes the agent's default confidence where the plan states none", () => {
    const agents = new Map([["agent_1", agentNamed("agent_1", { default_confidence: 0.66 })]]);
    const step = accepted(fullPlanOf("p", [{ step_id: "s", confidence: undefined }]), { agents }).plans[0]?.steps[0];
    expect(step).toMatchObject({ confidence: 0.66, confidence_source: "agent_default" });
  });

  it("a step of an agent that the plan does not list is refused", () => {
    expect(rulesAt(fullPlanOf("p", [{ step_id: "s", agent_id: "agent_11" }]))).toEqual([
      "/steps/0/agent_id unlisted_agent",
    ]);
  });
});

describe("wrong input", () => {
  it.each([null, Number.NaN, Number.POSITIVE_INFINITY, -0.01, 1.01, "0.9", true])(
    "a confidence of %s is refused",
    (confidence) => {
      const message = messageAt("/steps/0/confidence", fullPlanOf("p", [{ step_id: "s", confidence }]));
      expect(message).toContain("must be a number from 0 to 1");
    },
  );

  it("a submission's faults are reported all at once, one complaint per place", () => {
    const body = {
      plans: [
        fullPlanOf("bad id", [{ step_id: "s", tool_name: "nope", confidence: 7, depends_on: ["t"], retries: 3 }]),
      ],
      config: { dry_run_onyl: true, approval_required_for_high_risk: false },
      extra: 1,
    };
    const { violations } = refused(body);
    expect(violations.map(({ path }) => path).sort()).toEqual([
      "/config/approval_required_for_high_risk",
      "/config/dry_run_onyl",
      "/extra",
      "/plans/0/plan_id",
      "/plans/0/steps/0/confidence",
      "/plans/0/steps/0/depends_on/0",
      "/plans/0/steps/0/retries",
      "/plans/0/steps/0/tool_name",
    ]);
    expect(messageAt("/config/dry_run_onyl", body)).toContain('did you mean "dry_run_only"');
    expect(messageAt("/config/approval_required_for_high_risk", body)).toContain("cannot be switched off");
  });

  it.each([1.5e300, -1.5e300, 1e21, 6.02214076e23, 1.7e308, 5e-324, 0.1, 2 ** 53 - 1])(
    "a number that is surely the one that was sent is taken: %s",
    (x) => {
      const { plans } = accepted(fullPlanOf("p", [{ step_id: "s", arguments: { x } }]));
      expect(plans[0]?.steps[0]?.arguments).toEqual({ x });
    },
  );

  it.each([2 ** 53, 1e20, 2 ** 65, Number(`123456789${"0123456789".repeat(2)}`), Number.MAX_VALUE])(
    "a number that may be another's identifier is refused, and how to send either is said: %s",
    (x) => {
      const body = fullPlanOf("p", [{ step_id: "s", arguments: { x } }]);
      expect(messageAt("/steps/0/arguments/x", body)).toMatch(/may have lost digits.* string/u);
    },
  );

  it("values that JSON or a hash cannot carry faithfully are refused", () => {
    const args = { id: 2 ** 53, half: "\ud800", deep: 1n, when: new Date(0) };
    expect(rulesAt(fullPlanOf("p", [{ step_id: "s", arguments: args }]))).toEqual([
      "/steps/0/arguments/id unsafe_number",
      "/steps/0/arguments/half malformed_text",
      "/steps/0/arguments/deep not_json",
      "/steps/0/arguments/when not_json",
    ]);
  });

  it("a submission's __proto__ keys are refused, and every prototype is left alone", () => {
    const args: unknown = JSON.parse('{"x": {"__proto__": {"polluted": true}}}');
    const assignments: unknown = JSON.parse('{"x": ["a"], "__proto__": ["b"]}');
    const plans = [
      fullPlanOf("p", [{ step_id: "s", arguments: args }]),
      { plan_id: "q", agent_assignments: assignments },
    ];
    expect(rulesAt(plans)).toEqual([
      "/0/steps/0/arguments/x/__proto__ reserved_name",
      "/1/agent_assignments/__proto__ reserved_name",
    ]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("reading a submission survives nesting without end and objects that hold themselves", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(refused({ plans: [deep] }).violations.at(-1)?.rule).toBe("too_deep");
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(refused({ plans: [circle] }).violations.at(-1)?.rule).toBe("too_deep");
  });

  it("a refused submission lists the first violations and counts the others", () => {
    const steps = Array.from({ length: 10_000 }, (_, n) => ({ step_id: `s${n}`, tool_name: `unknown_${n}` }));
    const refusal = refused(fullPlanOf("p", steps));
    expect(refusal.violations).toHaveLength(MAX_VIOLATIONS_LISTED);
    expect(refusal.more).toBe(10_000 - MAX_VIOLATIONS_LISTED);
  });
});

describe("Phase 22's validations", () => {
  const plans = [fullPlanOf("p1", [{ step_id: "s1" }]), fullPlanOf("p2", [{ step_id: "s2" }])];
  const validationsOf = (validations: unknown) => accepted({ plans, validations }).plans.map((plan) => plan.validation);
  const refusalsOf = (validations: unknown) => rulesAt({ plans, validations });

  it("Phase 22's validations match by plan_id, and a failed target counts whatever the status", () => {
    const metric_targets = {
      speed: { value: 1, target: 2, status: "failed" },
      cost: { value: 1, target: 1, status: "passed" },
    };
    expect(validationsOf([{ validation_id: "v2", plan_id: "p2", status: "passed", metric_targets }])).toEqual([
      null,
      { validation_id: "v2", status: "passed", failed_targets: ["speed"] },
    ]);
  });

  it("Phase 22's validations match by position only if none names a plan and the counts agree", () => {
    const [v1, v2] = [
      { validation_id: "v1", status: "passed" },
      { validation_id: "v2", status: "failed" },
    ];
    expect(validationsOf([v1, v2]).map((validation) => validation?.validation_id)).toEqual(["v1", "v2"]);
    expect(refusalsOf([v1])).toEqual(["/validations validations_unmatched"]);
    expect(refusalsOf([{ ...v1, plan_id: "p1" }, v2])).toEqual(["/validations/1 validations_unmatched"]);
  });

  it("Phase 22's validations are refused where they name an unknown plan, or one plan twice", () => {
    const named = (plan_id: string) => ({ validation_id: "v", plan_id, status: "passed" });
    expect(refusalsOf([named("p3")])).toEqual(["/validations/0/plan_id unknown_plan"]);
    expect(refusalsOf([named("p1"), named("p1")])).toEqual(["/validations/1/plan_id duplicate_validation"]);
    expect(refusalsOf([{ ...named("p1"), status: "ok" }])).toEqual(["/validations/0/status value"]);
  });
});
