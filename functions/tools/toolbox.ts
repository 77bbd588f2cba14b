import { outwardBinding } from "../../shared/contracts/binding/binding.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ToolAdapter, Toolbox } from "../../shared/ports/tools.ts";
import { liveBound, noWays, previewBound, type ReadingWays, type Ways } from "./bindings.ts";
import { withNamedCompensation, withNamedUndoPreviews } from "./compensation.ts";
import { mockDeclared } from "./declared/declared-adapter.ts";
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

/** `ways`: how the world is reached, by the kind of a binding; by those left out nothing is. */
type Reaching<Given> = ToolboxOptions & { readonly ways?: Partial<Given> };

/** Failures on purpose are the sandbox's: a real service has its own. */
const failing = (contract: ToolContract, adapter: ToolAdapter, plan: FailurePlan, timer = realTimer): ToolAdapter =>
  outwardBinding(contract) === undefined ? withFailures(adapter, plan, timer) : adapter;

/** MOCK: has no world, no network and no secret. Everything but `mock` throws ToolFailure. */
export const mockToolbox = (options: ToolboxOptions = {}): Toolbox => ({
  adapterFor: (contract) => {
    const adapter = outwardBinding(contract) === undefined ? mockAdapter(sandboxTool(contract)) : mockDeclared();
    return failing(contract, adapter, options.failures ?? noFailures, options.timer);
  },
});

/**
 * DRY_RUN: can read the world, and services by their declared reads, and has nothing to write with. `call`, `compensate`
 * and `lookUp` throw ToolFailure.
 */
export const dryRunToolbox = (reader: WorldReader, options: Reaching<ReadingWays> = {}): Toolbox => {
  const failures = options.failures ?? lastingFailures(reader);
  const ways: ReadingWays = { ...noWays, ...options.ways };
  const bare = (contract: ToolContract): ToolAdapter => {
    const outward = outwardBinding(contract);
    if (outward === undefined) return previewAdapter(sandboxTool(contract), reader);
    return previewBound(outward, ways);
  };
  return {
    adapterFor: (contract) => {
      const adapter = compensating(contract, bare, withNamedUndoPreviews, reader);
      return failing(contract, adapter, failures, options.timer);
    },
  };
};

/** LIVE: acts on the world, and on services by their declared requests. */
export const liveToolbox = (world: World, options: Reaching<Ways> = {}): Toolbox => {
  const failures = options.failures ?? countedFailures(world);
  const ways: Ways = { ...noWays, ...options.ways };
  const bare = (contract: ToolContract): ToolAdapter => {
    const outward = outwardBinding(contract);
    if (outward === undefined) return liveAdapter(sandboxTool(contract), world);
    return liveBound(outward, ways);
  };
  return {
    adapterFor: (contract) => {
      const adapter = compensating(contract, bare, withNamedCompensation, world);
      return failing(contract, adapter, failures, options.timer);
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
    // A service keeps no record of who wrote: what is left to undo is what the named tool's own preview shows.
    hasWritten: async (call) =>
      outwardBinding(named) === undefined ? writtenBy(sandboxTool(named), reader, call) : false,
  }));
};
