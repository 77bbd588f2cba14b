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

/** Whether that person may submit plans in the agent's name. */
export const maySubmitFor = ({ allowed_submitters }: Pick<Agent, "allowed_submitters">, submitter: string): boolean =>
  allowed_submitters.length === 0 || allowed_submitters.some((name) => isSamePerson(name, submitter));
