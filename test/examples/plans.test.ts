import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decisionsFile } from "../../cli/deciding/decisions-file.ts";
import { noFacts } from "../../shared/conflicts/facts.ts";
import { resolveConflicts } from "../../shared/conflicts/resolve-conflicts.ts";
import { conflictType } from "../../shared/conflicts/schedule.ts";
import { contractViolations } from "../../shared/contracts/check-plan.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { type Agent, agent } from "../../shared/plan/agent.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../examples", `${name}.json`), "utf8"));

const agents = new Map<string, Agent>(
  read("agents")
    .agents.map((each: unknown) => agent.parse(each))
    .map((each: Agent) => [each.agent_id, each]),
);
const contracts = new Map(standardContracts().map((contract) => [contract.tool_name, contract]));
for (const source of read("contracts").contracts) {
  const defined = defineContract(source, 1);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  contracts.set(defined.value.tool_name, defined.value);
}

const accepted = acceptSubmission(
  { ...read("plans"), ...read("validations"), config: read("config") },
  { tools: contracts, agents, registry_open: false, submitter: "alice" },
);
if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
const { plans, config, plan_paths } = accepted.value;
const schedule = resolveConflicts({
  plans,
  contracts,
  config,
  agents,
  registry_open: false,
  live_enabled: true,
  facts: noFacts,
});

describe("the example plans", () => {
  it("no example plan breaks a contract", () => expect(contractViolations(plans, contracts, plan_paths)).toEqual([]));

  it("the example plans use every standard tool, both forms and at least four agents", () => {
    const used = new Set(schedule.steps.map(({ tool_name }) => tool_name));
    for (const { tool_name } of standardContracts()) expect(used).toContain(tool_name);
    expect(new Set(plans.map(({ source_form }) => source_form))).toEqual(new Set(["phase21", "full"]));
    expect(new Set(schedule.steps.map(({ agent_id }) => agent_id)).size).toBeGreaterThanOrEqual(4);
  });

  it("the example plans have a conflict of every type, none left unresolved but the duplicate, whose fate is known later", () => {
    expect(new Set(schedule.conflicts.map(({ conflict_type }) => conflict_type))).toEqual(
      new Set(conflictType.options),
    );
    expect(
      schedule.conflicts
        .filter((conflict) => conflict.resolution_status !== "resolved")
        .map(({ conflict_type }) => conflict_type),
    ).toEqual(["DUPLICATE_ACTION"]);
  });

  it("the example plans have one whose validation failed", () => {
    expect(plans.filter(({ validation }) => validation?.status === "failed").map(({ plan_id }) => plan_id)).toEqual([
      "plan_pricing",
    ]);
  });
});

describe("the example decisions", () => {
  const parsed = decisionsFile.parse(read("decisions"));
  const entries = Array.isArray(parsed) ? parsed : parsed.decisions;

  it("the example decisions approve, edit, reject and let expire", () => {
    expect(new Set(entries.map(({ decision }) => decision))).toEqual(
      new Set(["approve", "edit", "reject", "let_expire"]),
    );
  });

  it("the example decisions name plans and steps that exist, and are not taken by the submitter or an owner", () => {
    const steps = new Set(plans.flatMap((plan) => plan.steps.map((step) => `${plan.plan_id} ${step.source_step_id}`)));
    for (const { plan = "", step } of entries) {
      expect(plans.map(({ plan_id }) => plan_id)).toContain(plan);
      if (step !== undefined) expect(steps).toContain(`${plan} ${step}`);
    }
    const involved = new Set(["alice", ...[...agents.values()].map(({ owner }) => owner)]);
    for (const { by } of entries) expect(involved).not.toContain(by);
  });
});
