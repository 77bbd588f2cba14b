import type { Agent } from "../../../shared/plan/agent.ts";
import { type AgentProposal, agentDigest, isPendingOver } from "../../../shared/plan/agent-proposal.ts";
import { widenedBy } from "../../../shared/plan/widened-agent.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import type { AgentReply } from "../schemas.ts";
import { type Change, secondPerson } from "./second-person.ts";

type Using = Pick<Deps, "agents" | "auditLog" | "clock">;
type Put = { readonly status: 200 | 201 | 202; readonly body: AgentReply };

const TURNS = 20;

/**
 * Registers an agent, or changes it. A change that widens its rights is kept as a proposal until a second person puts the
 * same: narrowing is one person's, widening is two's. A grant is recorded before it counts.
 */
export const putAgent =
  (deps: Using) =>
  async (agent: Agent, caller: string): Promise<Put> =>
    compareAndSet(`agent ${agent.agent_id}`, TURNS, async () => {
      const known = await deps.agents.get(agent.agent_id);
      if (known !== undefined && agentDigest(known) === agentDigest(agent)) {
        return { status: 200, body: { agent: known, unchanged: true } };
      }
      const at = deps.clock.now().toISOString();
      const second = await secondPerson({ caller, now: at }, known, widening(deps, agent, caller));
      if (second.waits) return { status: 202, body: { agent: second.over, pending: second.pending, unchanged: true } };
      // An agent comes to be as it was by what nobody had to confirm, or in the place of the proposal: what was confirmed
      // once would else wait again, and one person could confirm it.
      const { confirms } = second;
      if (confirms === undefined && !(await deps.agents.lapse(agent.agent_id))) return "moved";
      const confirmed = confirms && { proposed_by: confirms.proposed_by, widens: confirms.needs };
      await recordOperator(deps, caller, at, "agent_put", { agent, ...confirmed });
      if (!(await deps.agents.put(agent, known ?? null))) {
        await recordLost(deps, caller, at, "agent_put", { agent });
        return "moved";
      }
      return { status: known === undefined ? 201 : 200, body: { agent, unchanged: false } };
    });

/** Answers as `putAgent` would, a second person's word aside, and keeps or proposes nothing. */
export const checkAgent =
  ({ agents }: Pick<Using, "agents">) =>
  async (agent: Agent): Promise<AgentReply> => {
    const known = await agents.get(agent.agent_id);
    return { agent, unchanged: known !== undefined && agentDigest(known) === agentDigest(agent) };
  };

/** A registration waits for a second person where it widens what the agent may do. */
const widening = (deps: Using, agent: Agent, caller: string): Change<Agent, AgentProposal> => ({
  needs: (known) => widenedBy(known, agent),
  waiting: async (known) => {
    const standing = await deps.agents.proposed(agent.agent_id);
    const isTheSame = standing !== undefined && agentDigest(standing.agent) === agentDigest(agent);
    return isTheSame && isPendingOver(standing, known) ? standing : undefined;
  },
  propose: async (known, widens, proposed) => {
    await recordOperator(deps, caller, proposed.proposed_at, "agent_proposed", { agent, widens });
    const pending = { agent, widens, over: agentDigest(known), ...proposed };
    await deps.agents.propose(pending);
    return pending;
  },
});
