import { needsApproval } from "./static-ceiling.ts";
import { RISK_LEVELS, type RiskLevel, type ToolContract, writes } from "./tool-contract.ts";

export type ContractCounts = { tools: number; approval_required: number; writes: number };

export type RegistryStatistics = ContractCounts & {
  by_risk_level: Record<RiskLevel, ContractCounts>;
  by_reversibility: { reversible: ContractCounts; irreversible: ContractCounts };
};

const countsOf = (contracts: readonly ToolContract[]): ContractCounts => ({
  tools: contracts.length,
  approval_required: contracts.filter(needsApproval).length,
  writes: contracts.filter(writes).length,
});

/** How many tools there are by risk and by reversibility, and how many of each need approval or write. */
export const registryStatistics = (contracts: readonly ToolContract[]): RegistryStatistics => {
  const ofRisk = (risk: RiskLevel) => countsOf(contracts.filter((contract) => contract.risk_level === risk));
  const [low, medium, high] = RISK_LEVELS;
  return {
    ...countsOf(contracts),
    by_risk_level: { [low]: ofRisk(low), [medium]: ofRisk(medium), [high]: ofRisk(high) },
    by_reversibility: {
      reversible: countsOf(contracts.filter(({ reversible }) => reversible)),
      irreversible: countsOf(contracts.filter(({ reversible }) => !reversible)),
    },
  };
};

/** Contracts by tool name; of several versions the highest. */
export const contractsByName = (contracts: readonly ToolContract[]): ReadonlyMap<string, ToolContract> => {
  const latest = new Map<string, ToolContract>();
  for (const contract of contracts) {
    const known = latest.get(contract.tool_name);
    if (known === undefined || known.version < contract.version) latest.set(contract.tool_name, contract);
  }
  return latest;
};
