import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ToolAdapter, Toolbox } from "../../shared/ports/tools.ts";
import { withNamedCompensation, withNamedUndoPreviews } from "./compensation.ts";
import { countedFailures, type FailurePlan, lastingFailures, noFailures } from "./failure-plan.ts";
import { withFailures } from "./failures.ts";
import { genericTool } from "./generic.ts";
import { liveAdapter } from "./kinds/live-adapter.ts";
import { mockAdapter } from "./kinds/mock-adapter.ts";
import { previewAdapter } from "./kinds/preview-adapter.ts";
import type { SandboxTool } from "./kinds/sandbox-tool.ts";
import { writtenBy } from "./kinds/written-by.ts";
import { STANDARD_TOOLS } from "./standard/index.ts";
import { realTimer, type Timer } from "./timer.ts";
import type { World, WorldReader } from "./world/world.ts";

export type ToolboxOptions = {
  /** Failures on purpose. DRY_RUN and LIVE read them from the world unless told otherwise; MOCK has none of its own. */
  readonly failures?: FailurePlan;
  readonly timer?: Timer;
};

/** MOCK: has no world. Everything but `mock` throws ToolFailure. */
export const mockToolbox = (options: ToolboxOptions = {}): Toolbox => ({
  adapterFor: (contract) =>
    withFailures(mockAdapter(sandboxTool(contract)), options.failures ?? noFailures, options.timer ?? realTimer),
});

/** DRY_RUN: can read the world and has nothing to write it with. `call`, `compensate` and `lookUp` throw ToolFailure. */
export const dryRunToolbox = (reader: WorldReader, options: ToolboxOptions = {}): Toolbox => {
  const failures = options.failures ?? lastingFailures(reader);
  const bare = (contract: ToolContract): ToolAdapter => previewAdapter(sandboxTool(contract), reader);
  return {
    adapterFor: (contract) => {
      const adapter = compensating(contract, bare, withNamedUndoPreviews, reader);
      return withFailures(adapter, failures, options.timer ?? realTimer);
    },
  };
};

/** LIVE: acts on the world. */
export const liveToolbox = (world: World, options: ToolboxOptions = {}): Toolbox => {
  const failures = options.failures ?? countedFailures(world);
  const bare = (contract: ToolContract): ToolAdapter => liveAdapter(sandboxTool(contract), world);
  return {
    adapterFor: (contract) => {
      const adapter = compensating(contract, bare, withNamedCompensation, world);
      return withFailures(adapter, failures, options.timer ?? realTimer);
    },
  };
};

const sandboxTool = (contract: ToolContract): SandboxTool =>
  STANDARD_TOOLS.get(contract.tool_name) ?? genericTool(contract);

/** The tool's adapter; where its contract names another tool to undo it with, wrapped so that it does. */
const compensating = (
  contract: ToolContract,
  bare: (contract: ToolContract) => ToolAdapter,
  wrap: typeof withNamedCompensation,
  reader: WorldReader,
): ToolAdapter => {
  const { compensation } = contract;
  if (typeof compensation === "string") return bare(contract);
  return wrap(bare(contract), compensation, (named) => ({
    adapter: bare(named),
    hasWritten: (call) => writtenBy(sandboxTool(named), reader, call),
  }));
};
