import type { Deps } from "../../functions/deps.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { ToolAdapter, Toolbox } from "../../shared/ports/tools.ts";
import { call, plan } from "./plans.ts";
import type { WorldOptions } from "./world.ts";

/** A tool that writes, can be undone, and whose outcome can be looked up; nobody is asked before it. */
export const ODD = {
  tool_name: "odd_write",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 60,
  requires_approval: false,
  approvals_required: 0,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
} as const satisfies JsonObject;

const calm = { ...ODD, tool_name: "calm_write" };

/** An adapter whose methods may do what the port forbids: they are typed as a program without types would have them. */
export type OddAdapter = {
  readonly [Method in Exclude<keyof ToolAdapter, "made_up">]?: (...given: readonly unknown[]) => unknown;
};

export const oddToolbox = (toolbox: Toolbox, odd: OddAdapter, odd_tool: string = ODD.tool_name): Toolbox => ({
  adapterFor: (contract) => {
    const adapter = toolbox.adapterFor(contract);
    return contract.tool_name === odd_tool ? Object.assign({ ...adapter }, odd) : adapter;
  },
});

/** A world in which `odd_write` behaves as the test says, and `calm_write` as it should. */
export const oddWorld = (odd: OddAdapter, more: JsonObject = {}): WorldOptions => ({
  contracts: [{ ...ODD, ...more }, calm],
  depsFor: (_state, deps): Deps => ({ ...deps, toolbox: oddToolbox(deps.toolbox, odd) }),
});

/** Plan p calls the odd tool, plan q beside it has nothing to do with it. */
export const besideEachOther: JsonObject = {
  plans: [
    plan("p", [call("odd", ODD.tool_name, { n: 1 })]),
    plan("q", [call("calm", calm.tool_name, { n: 2 }, { agent: "a2" })]),
  ],
};
