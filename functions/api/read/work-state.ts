import { contractsByName } from "../../../shared/contracts/registry.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { lastAsked } from "../../../shared/execution/record/work.ts";
import type { Deps } from "../../deps.ts";
import type { WorkState } from "../schemas.ts";

/** The calls that wait for workers by group, and the worker that asked last for each tool. */
export const workState = (deps: Pick<Deps, "contracts" | "work">) => async (): Promise<WorkState> => {
  const contracts = [...contractsByName(await deps.contracts.all()).values()];
  const bound = contracts.flatMap(({ binding, tool_name }) =>
    binding?.kind === "worker" ? [{ group: binding.group, tool_name }] : [],
  );
  const groups = [...Map.groupBy(bound, ({ group }) => group)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { groups: await Promise.all(groups.map(([group, tools]) => stateOf(deps, group, tools))) };
};

const stateOf = async (
  { work }: Pick<Deps, "work">,
  group: string,
  tools: readonly Pick<ToolContract, "tool_name">[],
): Promise<WorkState["groups"][number]> => {
  const [seen, acts, reads] = await Promise.all([
    work.seen.ofGroup(group),
    work.acts.waiting(group),
    work.reads.waiting(group),
  ]);
  return {
    group,
    tools: tools.map(({ tool_name }) => {
      const last = lastAsked(tool_name, seen);
      return { tool_name, last_asked_at: last?.asked_at ?? null, last_asked_by: last?.worker ?? null };
    }),
    waiting: [...acts, ...reads].toSorted((one, other) => (one.offered_at < other.offered_at ? -1 : 1)),
  };
};
