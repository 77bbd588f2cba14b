import { describe, expect, it } from "vitest";
import { contractViolations } from "../../../shared/contracts/check-plan.ts";
import { contractsByName, registryStatistics } from "../../../shared/contracts/registry.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import { staticCeiling } from "../../../shared/contracts/static-ceiling.ts";
import { writes } from "../../../shared/contracts/tool-contract.ts";
import { acceptSubmission } from "../../../shared/plan/submission.ts";
import { phase21Example, registries } from "../plan/registries.ts";

/** The facts that plans may rely on, tool by tool: risk, reversible, timeout, approval, permissions, dependencies. */
const TABLE = {
  vision_inspect: ["LOW", true, 5, false, "", ""],
  screenshot_capture: ["LOW", true, 3, false, "", ""],
  text_extract: ["LOW", true, 5, false, "", "vision_inspect"],
  memory_search: ["LOW", true, 2, false, "", ""],
  goal_query: ["LOW", true, 1, false, "", ""],
  form_fill: ["MEDIUM", true, 10, true, "", "vision_inspect"],
  button_click: ["MEDIUM", false, 15, true, "", "vision_inspect, form_fill"],
  mployer_search: ["MEDIUM", true, 30, false, "mployer_access", ""],
  ghl_search: ["MEDIUM", true, 15, false, "ghl_access", ""],
  ghl_update_contact: ["MEDIUM", true, 20, true, "ghl_access, ghl_write", "ghl_search"],
  ghl_create_contact: ["HIGH", false, 20, true, "ghl_access, ghl_write", "ghl_search"],
  mployer_add_contact: ["HIGH", false, 25, true, "mployer_access, mployer_write", "mployer_search"],
  msgraph_send_email: ["HIGH", false, 20, true, "email_send", "memory_search"],
  web_action_irreversible: ["HIGH", false, 30, true, "web_write", "vision_inspect, button_click"],
};

const contracts = contractsByName(standardContracts());

describe("the standard tools", () => {
  it("the standard tools are those of the table, with what it says of them", () => {
    const rows = standardContracts().map((c) => [
      c.tool_name,
      [
        c.risk_level,
        c.reversible,
        c.timeout_seconds,
        c.requires_approval,
        c.required_permissions.join(", "),
        c.dependencies.join(", "),
      ],
    ]);
    expect(Object.fromEntries(rows)).toEqual(TABLE);
  });

  it("the standard tools read where they are searches or LOW, and write elsewhere", () => {
    const reading = standardContracts()
      .filter((contract) => !writes(contract))
      .map(({ tool_name }) => tool_name);
    expect(reading.sort()).toEqual([
      "ghl_search",
      "goal_query",
      "memory_search",
      "mployer_search",
      "screenshot_capture",
      "text_extract",
      "vision_inspect",
    ]);
  });

  it("the standard tools are counted by risk and by reversibility", () => {
    expect(registryStatistics(standardContracts())).toEqual({
      tools: 14,
      approval_required: 7,
      writes: 7,
      by_risk_level: {
        LOW: { tools: 5, approval_required: 0, writes: 0 },
        MEDIUM: { tools: 5, approval_required: 3, writes: 3 },
        HIGH: { tools: 4, approval_required: 4, writes: 4 },
      },
      by_reversibility: {
        reversible: { tools: 9, approval_required: 2, writes: 2 },
        irreversible: { tools: 5, approval_required: 5, writes: 5 },
      },
    });
  });

  it("the standard tools let Phase 21's example climb, with its arguments or with none at all", () => {
    const { tool_arguments: _, ...bare } = phase21Example;
    for (const plan of [phase21Example, bare]) {
      const sure = { ...plan, confidence_scores: { vision_inspect: 0.8, form_fill: 0.9, button_click: 0.9 } };
      const result = acceptSubmission(sure, registries({ tools: contracts }));
      if (!result.ok) throw new Error(JSON.stringify(result.refusal));
      expect(contractViolations(result.value.plans, contracts)).toEqual([]);
      const modes = result.value.plans.flatMap((accepted) =>
        accepted.steps.map((step) => {
          const contract = contracts.get(step.tool_name);
          if (contract === undefined) throw new Error(step.tool_name);
          return staticCeiling({ step, contract, plan: accepted, config: result.value.config, live_enabled: true })
            .mode;
        }),
      );
      expect(modes).toEqual(["LIVE", "LIVE", "LIVE"]);
    }
  });

  it("the standard tools keep the highest version of a tool that has several", () => {
    const [first] = standardContracts();
    if (first === undefined) throw new Error("no contracts");
    const latest = contractsByName([{ ...first, version: 2 }, first, { ...first, version: 3 }]);
    expect(latest.get(first.tool_name)?.version).toBe(3);
  });
});
