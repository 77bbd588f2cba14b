import type { SubmissionRecord } from "../../../shared/execution/record/submission-record.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../records/documents.ts";
import type { Caller } from "./caller.ts";

/** Whether plans are an agent's alone: no other proposes or takes over a step of them. */
export const isOfAgent = ({ plans }: Pick<SubmissionRecord, "plans">, agent: string): boolean =>
  plans.every((plan) => plan.agents.every(({ agent_id }) => agent_id === agent));

/**
 * Whether the caller may look at an execution, where there is one: an agent at its own, since arguments of others are
 * not its business; whoever may read, at all.
 */
export const maySee = async (
  deps: Pick<Deps, "executions" | "bodies">,
  { agent }: Caller,
  execution_id: string,
): Promise<boolean> => {
  if (agent === undefined) return true;
  const execution = await deps.executions.get(execution_id);
  return execution === undefined || isOfAgent(await readSubmission(deps.bodies, execution.submission), agent);
};
