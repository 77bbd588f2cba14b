import { describe, expect, it } from "vitest";
import { contractViolations } from "../../../shared/contracts/check-plan.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import { acceptSubmission } from "../../../shared/plan/submission.ts";
import { fullPlanOf, registries } from "../plan/registries.ts";
import { airlineContracts, airlinePlan, contractOf } from "./contract-inputs.ts";

const input_schema = {
  type: "object",
  properties: {
    id: { type: "string", minLength: 3 },
    list: { type: "array", items: { type: "integer" }, maxItems: 2 },
    to: {
      anyOf: [
        { type: "string", minLength: 3 },
        { type: "object", properties: { mail: { type: "string" } }, required: ["mail"] },
      ],
    },
    nested: { type: "object", properties: { a: { type: "string" } }, required: ["a", "b"] },
  },
  required: ["id"],
  additionalProperties: false,
};
const contracts = contractsByName([contractOf("LOW", { tool_name: "ghl_search", input_schema })]);

const placesFor = (body: unknown) => {
  const result = acceptSubmission(body, registries());
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return contractViolations(result.value.plans, contracts, result.value.plan_paths).map(
    ({ path, rule }) => `${path} ${rule}`,
  );
};
const placesOf = (args: unknown) =>
  placesFor({
    plans: [
      fullPlanOf("p", [
        { step_id: "s0", arguments: { id: "abc" } },
        { step_id: "s1", arguments: args },
      ]),
    ],
  });
const at = "/plans/0/steps/1/arguments";
const fed = { $from: "s0", path: "/x" };

describe("arguments at submission", () => {
  it("arguments are refused at once where they are literal and break the schema", () => {
    expect(placesOf({ id: "ab" })).toEqual([`${at}/id argument_minLength`]);
    expect(placesOf({ idd: "abc" })).toEqual([`${at}/id argument_required`, `${at}/idd argument_unknown`]);
    expect(placesOf({ id: { $literal: "ab" } })).toEqual([`${at}/id argument_minLength`]);
  });

  it("arguments are left for later where a result may mend them", () => {
    expect(placesOf({ id: fed })).toEqual([]);
    expect(placesOf({ id: "abc", list: [1, fed] })).toEqual([]);
    expect(placesOf({ id: "abc", to: fed })).toEqual([]);
    expect(placesOf({ id: "abc", to: { mail: fed } })).toEqual([]);
    expect(placesOf(fed)).toEqual([]);
  });

  it("arguments are refused where no result can mend them", () => {
    expect(placesOf({ list: [fed] })).toEqual([`${at}/id argument_required`]);
    expect(placesOf({ id: "abc", list: [1, fed, 3] })).toEqual([`${at}/list argument_maxItems`]);
    expect(placesOf({ id: fed, list: ["x"] })).toEqual([`${at}/list/0 argument_type`]);
    expect(placesOf({ id: "abc", nested: { a: fed } })).toEqual([`${at}/nested/b argument_required`]);
  });

  it("arguments of the short form are reported once, where they were written, in a body of any form", () => {
    const plan = {
      plan_id: "p",
      agent_assignments: { x: ["ghl_search", "ghl_search"] },
      tool_arguments: { ghl_search: { id: 5 } },
    };
    expect(placesFor(plan)).toEqual(["/tool_arguments/ghl_search/id argument_type"]);
    expect(placesFor([plan])).toEqual(["/0/tool_arguments/ghl_search/id argument_type"]);
  });

  it("arguments of plans that real tools' contracts describe are accepted", () => {
    const airline = contractsByName(
      airlineContracts.map(({ tool_name, risk_level, ...rest }) => {
        const risk = risk_level === "LOW" || risk_level === "MEDIUM" ? risk_level : "HIGH";
        return contractOf(risk, { tool_name, ...rest });
      }),
    );
    const result = acceptSubmission({ plans: [airlinePlan] }, registries({ tools: airline }));
    if (!result.ok) throw new Error(JSON.stringify(result.refusal));
    expect(result.value.plans[0]?.steps.map(({ step_id }) => step_id)).toEqual(["t7_0", "t7_2", "t7_3"]);
    expect(contractViolations(result.value.plans, airline)).toEqual([]);
  });
});

describe("a submission of which much is wrong", () => {
  it("a submission of which much is wrong is told by a list, and that the steps after it were not looked at", () => {
    const steps = Array.from({ length: 30 }, (_, n) => ({
      step_id: `s${n}`,
      arguments: { id: "abc", ...Object.fromEntries(Array.from({ length: 150 }, (_each, extra) => [`x${extra}`, 1])) },
    }));
    const result = acceptSubmission({ plans: [fullPlanOf("p", steps)] }, registries());
    if (!result.ok) throw new Error(JSON.stringify(result.refusal));
    const found = contractViolations(result.value.plans, contracts);
    expect(found).toHaveLength(1_001);
    expect(found[98]?.path).toBe("/plans/0/steps/0/arguments/x98");
    expect(found[99]).toMatchObject({ path: "/plans", rule: "more_faults" });
  });
});

describe("lists that name resources", () => {
  const copying = (resources: { key: string; access: "read" | "write" }[]) =>
    contractsByName([contractOf("MEDIUM", { tool_name: "ghl_search", input_schema: {}, resources })]);
  const listOf = (length: number) => Array.from({ length }, (_, n) => `f${n}`);
  const placesBy = (key: string, args: unknown) => {
    const result = acceptSubmission({ plans: [fullPlanOf("p", [{ step_id: "s0", arguments: args }])] }, registries());
    if (!result.ok) throw new Error(JSON.stringify(result.refusal));
    return contractViolations(result.value.plans, copying([{ key, access: "write" }]));
  };

  it("lists are refused where they name more resources than one step may, with what to do", () => {
    expect(placesBy("file:{paths[]}", { paths: listOf(100) })).toEqual([]);
    const [many] = placesBy("file:{paths[]}", { paths: listOf(101) });
    expect(many).toMatchObject({ path: "/plans/0/steps/0/arguments/paths", rule: "too_many_resources" });
    expect(many?.message).toContain("split the step into several with shorter lists");
    expect(placesBy("copy:{from[]}:{to[]}", { from: listOf(500), to: listOf(500) })).toHaveLength(1);
  });

  it("lists are refused where the steps of a submission name more than 40,000 together, at the step with which they do", () => {
    const named = (steps: number, each: number) => {
      const planned = Array.from({ length: steps }, (_step, n) => ({
        step_id: `s${n}`,
        arguments: { paths: listOf(each) },
      }));
      const result = acceptSubmission({ plans: [fullPlanOf("p", planned)] }, registries());
      if (!result.ok) throw new Error(JSON.stringify(result.refusal));
      return contractViolations(result.value.plans, copying([{ key: "file:{paths[]}", access: "read" }]));
    };
    expect(named(400, 100)).toEqual([]);
    const [one, ...others] = named(500, 100);
    expect(one).toMatchObject({ path: "/plans/0/steps/400/arguments", rule: "too_many_resources" });
    expect(one?.message).toContain("send the plans in several submissions");
    expect(others).toEqual([]);
  });
});
