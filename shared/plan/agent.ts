import { z } from "zod";
import { agentName } from "./given-names.ts";
import { isSamePerson } from "./same-person.ts";

/** An agent as the registry knows it. A closed registry refuses plans of agents it does not know. */
export const agent = z.strictObject({
  agent_id: agentName,
  /** The person who answers for the agent. Counts as submitter for four eyes. */
  owner: z.string().min(1),
  granted_permissions: z.array(z.string()),
  /** People who may submit plans in the agent's name; empty means anybody with `executions:write`. */
  allowed_submitters: z.array(z.string()).default([]),
  default_confidence: z.number().min(0).max(1).nullable().default(null),
});
export type Agent = z.infer<typeof agent>;

/** The actor of everything that follows from the rules: no person is called so. */
export const BUDDY = "buddy";

/** An agent that asks with a token of its own, as records name it: no person is called so. */
export const AGENT_PREFIX = "agent:";
export const agentAsSubmitter = (agent_id: string): string => AGENT_PREFIX + agent_id;

/** Whether that person, or the agent itself, may submit plans in the agent's name. */
export const maySubmitFor = (
  { agent_id, allowed_submitters }: Pick<Agent, "agent_id" | "allowed_submitters">,
  submitter: string,
): boolean =>
  submitter === agentAsSubmitter(agent_id) ||
  allowed_submitters.length === 0 ||
  allowed_submitters.some((name) => isSamePerson(name, submitter));
