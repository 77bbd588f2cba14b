import type { Agent } from "../../../shared/plan/agent.ts";
import { type AgentProposal, agentDigest, isPendingOver } from "../../../shared/plan/agent-proposal.ts";
import { mayBeSamePerson } from "../../../shared/plan/same-person.ts";
import { widenedBy } from "../../../shared/plan/widened-agent.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import type { AgentReply } from "../schemas.ts";

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
      const second = await secondPerson(deps, known, agent, caller);
      if (second.waits) return { status: 202, body: { ...second.reply, unchanged: true } };
      // An agent comes to be as it was by what nobody had to confirm, or in the place of the proposal: what was confirmed
      // once would else wait again, and one person could confirm it.
      const isConfirmed = second.confirms.proposed_by !== undefined;
      if (!isConfirmed && !(await deps.agents.lapse(agent.agent_id))) return "moved";
      const at = deps.clock.now().toISOString();
      await recordOperator(deps, caller, at, "agent_put", { agent, ...second.confirms });
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

type Second =
  | { readonly waits: true; readonly reply: { readonly agent: Agent; readonly pending: AgentProposal } }
  | { readonly waits: false; readonly confirms: { readonly proposed_by?: string; readonly widens?: string[] } };

/**
 * Whether a registration may be put: it widens nothing, or a second person puts what somebody else proposed. Otherwise
 * it is proposed. The audit comes first: a proposal that is recorded and not kept harms nobody.
 */
const secondPerson = async (deps: Using, known: Agent | undefined, wanted: Agent, caller: string): Promise<Second> => {
  const widens = known === undefined ? [] : widenedBy(known, wanted);
  if (known === undefined || widens.length === 0) return { waits: false, confirms: {} };
  const standing = await deps.agents.proposed(wanted.agent_id);
  const isTheSame = standing !== undefined && agentDigest(standing.agent) === agentDigest(wanted);
  if (isTheSame && isPendingOver(standing, known)) {
    const { proposed_by } = standing;
    return mayBeSamePerson(proposed_by, caller)
      ? { waits: true, reply: { agent: known, pending: standing } }
      : { waits: false, confirms: { proposed_by, widens } };
  }
  const proposed_at = deps.clock.now().toISOString();
  await recordOperator(deps, caller, proposed_at, "agent_proposed", { agent: wanted, widens });
  const pending = { agent: wanted, widens, over: agentDigest(known), proposed_by: caller, proposed_at };
  await deps.agents.propose(pending);
  return { waits: true, reply: { agent: known, pending } };
};
