import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { Contracts } from "../../shared/ports/registries.ts";
import type { ToolAdapter, Toolbox } from "../../shared/ports/tools.ts";
import { withNamedCompensation } from "./compensation.ts";
import { countedFailures, type FailurePlan, lastingFailures, noFailures } from "./failure-plan.ts";
import { withFailures } from "./failures.ts";
import { genericTool } from "./generic.ts";
import { liveAdapter } from "./kinds/live-adapter.ts";
import { mockAdapter } from "./kinds/mock-adapter.ts";
import { previewAdapter } from "./kinds/preview-adapter.ts";
import type { SandboxTool } from "./kinds/sandbox-tool.ts";
import { STANDARD_TOOLS } from "./standard/index.ts";
import { realTimer, type Timer } from "./timer.ts";
import type { World, WorldReader } from "./world/world.ts";

export type ToolboxOptions = {
  /** Failures on purpose. DRY_RUN and LIVE read them from the world unless told otherwise; MOCK has none of its own. */
  readonly failures?: FailurePlan;
  readonly timer?: Timer;
};

/** DRY_RUN and LIVE look up the contracts of tools that compensations name. */
export type ReachingToolboxOptions = ToolboxOptions & { readonly contracts: Pick<Contracts, "get"> };

/** MOCK: has no world. Everything but `mock` throws ToolFailure. */
export const mockToolbox = (options: ToolboxOptions = {}): Toolbox =>
  toolboxOf(mockAdapter, options.failures ?? noFailures, options.timer);

/** DRY_RUN: can read the world and has nothing to write it with. `call`, `compensate` and `lookUp` throw ToolFailure. */
export const dryRunToolbox = (reader: WorldReader, options: ReachingToolboxOptions): Toolbox => {
  const failures = options.failures ?? lastingFailures(reader);
  return toolboxOf((tool) => previewAdapter(tool, reader), failures, options.timer, options.contracts);
};

/** LIVE: acts on the world. */
export const liveToolbox = (world: World, options: ReachingToolboxOptions): Toolbox => {
  const failures = options.failures ?? countedFailures(world);
  return toolboxOf((tool) => liveAdapter(tool, world), failures, options.timer, options.contracts);
};

const toolboxOf = (
  rungs: (tool: SandboxTool) => ToolAdapter,
  failures: FailurePlan,
  timer: Timer = realTimer,
  contracts?: Pick<Contracts, "get">,
): Toolbox => {
  const bare = (contract: ToolContract): ToolAdapter =>
    rungs(STANDARD_TOOLS.get(contract.tool_name) ?? genericTool(contract));
  const compensating = (contract: ToolContract): ToolAdapter => {
    const { compensation } = contract;
    if (contracts === undefined || typeof compensation === "string") return bare(contract);
    return withNamedCompensation(bare(contract), compensation, async (tool_name) => {
      const named = await contracts.get(tool_name);
      return named && { contract: named, adapter: bare(named) };
    });
  };
  return { adapterFor: (contract) => withFailures(compensating(contract), failures, timer) };
};
