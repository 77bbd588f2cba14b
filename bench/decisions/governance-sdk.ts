import { createRequire } from "node:module";
import { z } from "zod";
import { liveThreshold } from "../../shared/contracts/thresholds.ts";
import { type Call, config, type Decision, toolContracts } from "./rules.ts";

/** The part of the SDK that is used, as its declarations have it; it is installed beside the benchmark only. */
type PolicyEngine = {
  loadPolicy(policy: { name: string; rules: object[]; default_action: "deny" }): void;
  evaluatePolicy(agentDid: string, context: Record<string, unknown>): { action: string };
};
type Client = {
  executeWithGovernance(action: string, params: Record<string, unknown>): Promise<{ decision: string }>;
};
type Sdk = {
  PolicyEngine: new () => PolicyEngine;
  AgentMeshClient: { create(agentId: string, options: { policyRules: object[] }): Client };
};

const isSdk = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "PolicyEngine" in value && "AgentMeshClient" in value;

const loadSdk = (): Sdk =>
  z.custom<Sdk>(isSdk).parse(createRequire(import.meta.url)("@microsoft/agent-governance-sdk"));

const decision = z.enum(["allow", "require_approval", "deny"]);

/**
 * The rules as a policy document, the way the SDK's own examples write one: three expressions for every tool, all
 * denials above what is allowed, and denial where nothing matches.
 */
export const evaluatePolicyDecider = (): ((call: Call) => Decision) => {
  const engine = new (loadSdk().PolicyEngine)();
  const rules = toolContracts.flatMap((contract) => {
    const { tool_name, required_permissions } = contract;
    const permission = required_permissions[0] ?? "";
    return [
      {
        name: `${tool_name}-permission`,
        condition: `tool == '${tool_name}' and permissions.${permission} != 'yes'`,
        ruleAction: "deny",
        priority: 2,
      },
      {
        name: `${tool_name}-confidence`,
        condition: `tool == '${tool_name}' and confidence < ${liveThreshold(contract.risk_level, config)}`,
        ruleAction: "deny",
        priority: 2,
      },
      {
        name: tool_name,
        condition: `tool == '${tool_name}'`,
        ruleAction: contract.requires_approval ? "require_approval" : "allow",
        priority: 1,
      },
    ];
  });
  rules.push({ name: "nothing-else", condition: "tool == ''", ruleAction: "deny", priority: 3 });
  engine.loadPolicy({ name: "bench", rules, default_action: "deny" });
  return ({ tool_name, confidence, permissions }) => {
    const granted = Object.fromEntries(permissions.map((permission) => [permission, "yes"]));
    const context = { tool: tool_name, confidence, permissions: granted };
    return decision.parse(engine.evaluatePolicy("agent-1", context).action);
  };
};

/**
 * The same as flat rules for `executeWithGovernance`, which also keeps trust and a hash-chained audit. Flat rules
 * compare for equality only: whether a permission is there and a threshold is met must be said by the caller, so that
 * part of the work is not in the SDK's time. A new client begins a new audit, before the SDK's own limit of 10,000.
 */
export const governedDecider = (): ((call: Call, facts: Facts) => Promise<Decision>) => {
  const policyRules = [
    ...toolContracts.flatMap(({ tool_name, requires_approval }) => [
      { action: tool_name, effect: "deny", conditions: { permitted: false } },
      { action: tool_name, effect: "deny", conditions: { confident: false } },
      { action: tool_name, effect: requires_approval ? "review" : "allow" },
    ]),
    { action: "*", effect: "deny" },
  ];
  const client = loadSdk().AgentMeshClient.create("agent-1", { policyRules });
  return async ({ tool_name }, facts) => {
    const result = await client.executeWithGovernance(tool_name, facts);
    return result.decision === "review" ? "require_approval" : decision.parse(result.decision);
  };
};

export type Facts = { permitted: boolean; confident: boolean };

const contractOf = new Map(toolContracts.map((contract) => [contract.tool_name, contract]));

/** The facts that the caller has to work out for the flat rules, outside the measured time. */
export const factsOf = ({ tool_name, confidence, permissions }: Call): Facts => {
  const contract = contractOf.get(tool_name);
  if (contract === undefined) return { permitted: false, confident: false };
  return {
    permitted: contract.required_permissions.every((permission) => permissions.includes(permission)),
    confident: confidence >= liveThreshold(contract.risk_level, config),
  };
};
