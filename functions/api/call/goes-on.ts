import type { CallRequest } from "../../../shared/plan/call-request.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { isOfAgent } from "../http/own.ts";
import type { Problem } from "../schemas.ts";
import type { Submitting } from "../submit/begin-execution.ts";
import { type LoadCallDeps, loadCall, placeOfCall } from "./load-call.ts";

/**
 * The call that a request says it goes on with. Its client held the id meanwhile, and may have made it up. `unless`: what
 * it is told where no such call of its own is there: it never becomes a new one.
 */
export type GoesOn = { readonly call_id: string; readonly unless: Problem };

type Again = Pick<Submitting, "agent"> & { readonly call: CallRequest };

/**
 * Whether an execution is the call that an agent asks for by its own token, with these arguments, by the version of the
 * contract that it pinned: whenever it ended, and whoever was told that.
 * @param tool_names the tools that may be meant
 */
export const isCallAskedFor = async (
  deps: LoadCallDeps,
  { call, agent }: Again,
  tool_names: readonly string[],
  execution_id: string,
): Promise<boolean> => {
  const config = executionConfig.safeParse(call.config ?? {});
  if (!config.success || !identifier.safeParse(execution_id).success) return false;
  if (agent !== call.agent_id) return false;
  const loaded = await loadCall(deps, execution_id);
  if (loaded === undefined || !isOfAgent(loaded.submission, call.agent_id)) return false;
  const { contract, step, execution } = loaded;
  if (!tool_names.includes(step.tool_name)) return false;
  const asked = { agent_id: call.agent_id, arguments: { $literal: call.arguments } };
  return (
    placeOfCall(contract, asked, config.data).same_call === placeOfCall(contract, step, execution.config).same_call
  );
};
