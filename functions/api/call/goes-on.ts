import type { CallRequest } from "../../../shared/plan/call-request.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { isOfAgent } from "../http/own.ts";
import { oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import type { Submitting } from "../submit/begin-execution.ts";
import { loadCall, placeOfCall } from "./load-call.ts";
import { type BeforeDeps, isTheirs } from "./same-call-before.ts";

/**
 * The call that a request says it goes on with. Its client held the id meanwhile, and may have made it up. `unless`: what
 * it is told where no such call of its own is there: it never becomes a new one.
 */
export type GoesOn = { readonly call_id: string; readonly unless: Problem };

/** As a request says it of itself. `path`: where it does. */
export const goingOnWith = (
  { agent_id, tool_name, goes_on_with }: Pick<CallRequest, "agent_id" | "tool_name" | "goes_on_with">,
  path = "/goes_on_with",
): { readonly goes_on?: GoesOn } => {
  if (goes_on_with === undefined) return {};
  // Also of another's call: whether there is one of that id is not told.
  const message = `is no call of ${tool_name} with these arguments by agent ${agent_id}; without it this is a new call`;
  return { goes_on: { call_id: goes_on_with, unless: oneViolation({ path, rule: "goes_on_with", message }) } };
};

type Again = Pick<Submitting, "submitter" | "agent"> & { readonly call: CallRequest };

/**
 * Whether an execution is the call that is asked for, of this agent and with these arguments, by the version of the
 * contract that it pinned: whenever it ended, and whoever was told that. For its agent, who asked for it, and whoever may
 * still submit for its agent.
 * @param tool_names the tools that may be meant
 */
export const isCallAskedFor = async (
  deps: BeforeDeps,
  again: Again,
  tool_names: readonly string[],
  execution_id: string,
): Promise<boolean> => {
  const { call, agent } = again;
  const config = executionConfig.safeParse(call.config ?? {});
  if (!config.success || !identifier.safeParse(execution_id).success) return false;
  if (agent !== undefined && agent !== call.agent_id) return false;
  const loaded = await loadCall(deps, execution_id);
  if (loaded === undefined || !isOfAgent(loaded.submission, call.agent_id)) return false;
  const { contract, step, execution } = loaded;
  if (!tool_names.includes(step.tool_name)) return false;
  const asked = { agent_id: call.agent_id, arguments: { $literal: call.arguments } };
  const isSame =
    placeOfCall(contract, asked, config.data).same_call === placeOfCall(contract, step, execution.config).same_call;
  return isSame && (await isTheirs(deps, again, execution));
};
