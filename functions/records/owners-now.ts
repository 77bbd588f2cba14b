import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { Deps } from "../deps.ts";

/** The owners of the agents of a request's step at this moment, as far as they are registered. */
export const ownersNow = async (
  { agents }: Pick<Deps, "agents">,
  { proposed_by, acting_agent_id }: Pick<ApprovalRequest, "proposed_by" | "acting_agent_id">,
): Promise<string[]> => {
  const ids = [...new Set([proposed_by, acting_agent_id])];
  const found = await Promise.all(ids.map((agent_id) => agents.get(agent_id)));
  return [...new Set(found.flatMap((agent) => (agent === undefined ? [] : [agent.owner])))];
};
