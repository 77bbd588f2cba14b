import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../records/documents.ts";
import { isOfAgent } from "../http/own.ts";
import type { Asking } from "./asking.ts";

/** An execution whose every agent is the one that asks; undefined where there is none, or it is not its alone. */
export const ownExecution = async (
  deps: Pick<Deps, "executions" | "bodies">,
  { agent }: Pick<Asking, "agent">,
  execution_id: string,
): Promise<ExecutionRecord | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return undefined;
  return isOfAgent(await readSubmission(deps.bodies, execution.submission), agent) ? execution : undefined;
};
