import type { Agent } from "../../../shared/plan/agent.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { Deps } from "../../deps.ts";
import { recordOperator } from "../act/record-operator.ts";
import type { AgentReply } from "../schemas.ts";

type Using = Pick<Deps, "agents" | "auditLog" | "clock">;

/** Registers an agent, or changes it. A grant is recorded before it counts. */
export const putAgent =
  (deps: Using) =>
  async (agent: Agent, caller: string): Promise<AgentReply & { created: boolean }> => {
    const known = await deps.agents.get(agent.agent_id);
    if (known !== undefined && canonicalJson(known) === canonicalJson(agent)) {
      return { agent: known, unchanged: true, created: false };
    }
    const at = deps.clock.now().toISOString();
    await recordOperator(deps, caller, at, "agent_put", { agent });
    await deps.agents.put(agent);
    return { agent, unchanged: false, created: known === undefined };
  };
