import type { ExecutionConfig } from "../plan/config.ts";
import type { PlanStep, ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import { type Ceiling, type CeilingReason, ceilingOf, type ExecutionMode } from "./ceiling.ts";
import { CONFIDENCE_FROM, liveThreshold } from "./thresholds.ts";
import type { ToolContract, ToolContractInput } from "./tool-contract.ts";

export type StaticCeilingInput = {
  step: PlanStep;
  contract: ToolContract;
  plan: ToolExecutionPlan;
  config: ExecutionConfig;
  /** The deployment's own switch. */
  live_enabled: boolean;
};

/**
 * Whether the contract itself allows a mode: MOCK needs a mock provider, DRY_RUN a mock provider or reversibility.
 * LIVE is not the contract's to decide. A reversible tool without a mock provider starts at DRY_RUN.
 */
export const contractAllows = (
  contract: Pick<ToolContractInput, "mock_provider_available" | "reversible">,
  mode: ExecutionMode,
): boolean => {
  if (mode === "MOCK") return contract.mock_provider_available;
  return contract.mock_provider_available || contract.reversible;
};

/** HIGH always needs a person; LOW never does; MEDIUM as its contract says. */
export const needsApproval = (contract: Pick<ToolContractInput, "risk_level" | "requires_approval">): boolean =>
  contract.risk_level === "HIGH" || contract.requires_approval;

/** How many different people must approve: at least one where one is needed, none where not. */
export const approvalsRequired = (
  contract: Pick<ToolContractInput, "risk_level" | "requires_approval" | "approvals_required">,
): number => (needsApproval(contract) ? Math.max(1, contract.approvals_required) : 0);

const assumed = (step: PlanStep): string => {
  if (step.confidence_source === "stated") return "";
  return step.confidence_source === "agent_default" ? " (the agent's default)" : " (assumed; the plan states none)";
};

/** One thing that may lower a ceiling. Nearly every step meets none of them. */
type Rule = (input: StaticCeilingInput) => CeilingReason | undefined;

const byConfidence: Rule = ({ step, contract, config }) => {
  const { risk_level } = contract;
  const table = CONFIDENCE_FROM[risk_level];
  const threshold = liveThreshold(risk_level, config);
  if (step.confidence >= table.LIVE && step.confidence >= threshold) return undefined;
  const says = `confidence ${step.confidence}${assumed(step)} is below`;
  const needed = `which a ${risk_level} risk tool needs for`;
  if (step.confidence < table.DRY_RUN)
    return { cause: "confidence", mode: "MOCK", message: `${says} ${table.DRY_RUN}, ${needed} DRY_RUN` };
  if (step.confidence < table.LIVE)
    return { cause: "confidence", mode: "DRY_RUN", message: `${says} ${table.LIVE}, ${needed} LIVE` };
  const message = `${says} ${threshold}, this execution's confidence_threshold_for_live`;
  return { cause: "configuration", mode: "DRY_RUN", message };
};

const byContract: Rule = ({ contract }) => {
  if (contractAllows(contract, "DRY_RUN")) return undefined;
  const message = `${contract.tool_name} has no mock provider and is not reversible, so it can be neither simulated nor previewed`;
  return { cause: "contract", mode: "MOCK", message };
};

const byConfiguration: Rule = ({ config }) =>
  config.dry_run_only
    ? { cause: "configuration", mode: "DRY_RUN", message: "dry_run_only is set for this execution" }
    : undefined;

const byDeployment: Rule = ({ live_enabled }) =>
  live_enabled
    ? undefined
    : { cause: "live_enabled", mode: "DRY_RUN", message: "live_enabled is off: an operator has not turned LIVE on" };

const byValidation: Rule = ({ plan, config }) => {
  const capped = (message: string): CeilingReason => ({ cause: "validation", mode: "DRY_RUN", message });
  if (plan.validation === null)
    return config.require_validation
      ? capped(`require_validation is set and no validation was given for plan ${plan.plan_id}`)
      : undefined;
  const { validation_id, status, failed_targets } = plan.validation;
  if (failed_targets.length > 0)
    return capped(`validation ${validation_id} of plan ${plan.plan_id} missed its target ${failed_targets.join(", ")}`);
  return status === "failed" ? capped(`validation ${validation_id} of plan ${plan.plan_id} failed`) : undefined;
};

const RULES: readonly Rule[] = [byConfidence, byContract, byConfiguration, byDeployment, byValidation];

/**
 * The part of a step's ceiling that is known before anything runs, with every reason that lowers it.
 * Locks, conflicts, the live budget and dependencies are added by later stages.
 */
export const staticCeiling = (input: StaticCeilingInput): Ceiling => {
  const reasons: CeilingReason[] = [];
  for (const rule of RULES) {
    const reason = rule(input);
    if (reason !== undefined) reasons.push(reason);
  }
  return ceilingOf(reasons);
};
