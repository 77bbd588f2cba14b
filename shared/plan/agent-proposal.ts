import { z } from "zod";
import { type Agent, agent } from "./agent.ts";
import { digestOf } from "./digest.ts";
import { json } from "./json.ts";

/**
 * A registration that widens what an agent may do: it does not count until a second person puts the same. It was
 * proposed over the registration that `over` is the digest of, and lapses when another one counts.
 */
export const agentProposal = z.strictObject({
  agent,
  /** The rights that it adds, in words. */
  widens: z.array(z.string()).min(1),
  over: z.string(),
  proposed_by: z.string(),
  /** ISO 8601, UTC. */
  proposed_at: z.string(),
});
export type AgentProposal = z.infer<typeof agentProposal>;

export const agentDigest = (registered: Agent): string => digestOf("agent", json.parse(registered));

/** Whether it still waits for a second person, `registered` being what counts. */
export const isPendingOver = ({ over }: Pick<AgentProposal, "over">, registered: Agent): boolean =>
  over === agentDigest(registered);
