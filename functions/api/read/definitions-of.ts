import { definitionStandings } from "../../../shared/contracts/binding/mcp/definition-review.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { toolNames } from "../../records/tool-names.ts";
import { notFoundNear } from "../http/near-name.ts";
import type { Problem, ToolDefinitions } from "../schemas.ts";

/** How the tools that a contract pins stand at their server, as they were seen last. */
export const definitionsOf =
  (deps: Pick<Deps, "contracts" | "definitions">) =>
  async (tool_name: string): Promise<Result<ToolDefinitions, Problem>> => {
    const contract = await deps.contracts.get(tool_name);
    if (contract === undefined) return refuse(await notFoundNear("contract", tool_name, toolNames(deps)));
    const [changed, accepted] = await Promise.all([
      deps.definitions.changed(tool_name),
      deps.definitions.accepted(tool_name),
    ]);
    const { version, binding } = contract;
    return accept({ tool_name, version, definitions: definitionStandings(binding, changed, accepted) });
  };
