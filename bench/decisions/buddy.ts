import { type AuditEvent, nextLink } from "../../shared/audit/audit-event.ts";
import { checkArguments } from "../../shared/contracts/input-schema.ts";
import { effectivePermissions, missingPermissions } from "../../shared/contracts/permissions.ts";
import { needsApproval, staticCeiling } from "../../shared/contracts/static-ceiling.ts";
import { type Call, config, contractByName, type Decision } from "./rules.ts";

/** Buddy's decision on one call: permissions, arguments against the contract's schema, and the static ceiling. */
export const decide = ({ tool_name, permissions, plan }: Call): Decision => {
  const contract = contractByName.get(tool_name);
  const [step] = plan.steps;
  if (contract === undefined || step === undefined) return "deny";
  const effective = effectivePermissions(permissions, undefined, true);
  if (missingPermissions(contract, effective).length > 0) return "deny";
  if (checkArguments(contract, step.arguments).length > 0) return "deny";
  const ceiling = staticCeiling({ step, contract, plan, config, live_enabled: true });
  if (ceiling.mode !== "LIVE") return "deny";
  return needsApproval(contract) ? "require_approval" : "allow";
};

/** The same, with a link of a hash chain for every decision, as an audit has it. */
export const auditedDecider = (): ((call: Call) => Decision) => {
  let head: AuditEvent | undefined;
  return (call) => {
    const decision = decide(call);
    head = nextLink("bench", "execution", head, {
      type: "decided",
      at: new Date().toISOString(),
      actor: "agent-1",
      body: { tool_name: call.tool_name, decision },
    });
    return decision;
  };
};
