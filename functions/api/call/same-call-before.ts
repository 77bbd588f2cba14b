import pMap from "p-map";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { type ExecutionRecord, isSubmitter } from "../../../shared/execution/record/execution-record.ts";
import { maySubmitFor } from "../../../shared/plan/agent.ts";
import { argumentSizeFault } from "../../../shared/plan/argument-size.ts";
import type { CallRequest } from "../../../shared/plan/call-request.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import type { Deps } from "../../deps.ts";
import type { Submitting } from "../submit/begin-execution.ts";
import { earlierVersions } from "./earlier-versions.ts";
import { placeOfCall } from "./load-call.ts";
import { MOST_WAITING, type PlaceDeps, standingOf } from "./take-place.ts";

export type BeforeDeps = PlaceDeps & Pick<Deps, "contracts" | "agents" | "policy">;

type Again = Pick<Submitting, "submitter" | "agent"> & { readonly call: CallRequest };

/**
 * The execution of the same call, where it waits or its end was told to nobody, by whichever version of its contract it
 * was asked for: what would refuse a new call says nothing about one that stands. For who asked for it, and whoever may
 * still submit for its agent. Undefined where there is none, or a name leads to tools of which two have one.
 */
export const sameCallBefore = async (
  deps: BeforeDeps,
  again: Again,
  tool_names: readonly string[],
): Promise<string | undefined> => {
  const { call, agent } = again;
  if (agent !== undefined && agent !== call.agent_id) return undefined;
  const config = executionConfig.safeParse(call.config ?? {});
  if (!config.success || argumentSizeFault(call.arguments) !== undefined) return undefined;
  const waiting = await deps.askedCalls.ofAgent(call.agent_id, MOST_WAITING);
  if (waiting.length === 0) return undefined;
  const step = { agent_id: call.agent_id, arguments: { $literal: call.arguments } };
  const [only, ...others] = await pMap(tool_names, async (tool_name) => {
    const places = (await versionsOf(deps, tool_name)).map((each) => placeOfCall(each, step, config.data).same_call);
    for (const place of new Set(places)) {
      const held = waiting.find(({ same_call }) => same_call === place);
      if (held !== undefined && (await standingOf(deps, held)) === "waits") return [held.execution_id];
    }
    return [];
  }).then((found) => found.flat());
  if (only === undefined || others.length > 0) return undefined;
  const execution = await deps.executions.get(only);
  return execution !== undefined && (await isTheirs(deps, again, execution)) ? only : undefined;
};

const versionsOf = async (deps: Pick<Deps, "contracts">, tool_name: string): Promise<ToolContract[]> => {
  const inForce = await deps.contracts.get(tool_name);
  return inForce === undefined ? [] : [inForce, ...(await earlierVersions(deps, inForce))];
};

/** An agent's token was found to be of this agent; another than a submitter is asked what a new call is. */
export const isTheirs = async (
  { agents, policy: { registry_open } }: Pick<Deps, "agents" | "policy">,
  { call: { agent_id }, submitter }: Again,
  execution: ExecutionRecord,
): Promise<boolean> => {
  if (isSubmitter(execution, submitter)) return true;
  const registered = await agents.get(agent_id);
  return registered === undefined ? registry_open : maySubmitFor(registered, submitter);
};
