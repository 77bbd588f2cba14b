import type { McpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import { lockApplies, lockInWords } from "../../../../shared/execution/lock/lock.ts";
import type { Deps } from "../../../deps.ts";
import { calledNow } from "../../../records/called-now.ts";
import type { Asking } from "../asking.ts";
import { grantsOf } from "../offers.ts";

export type PassedOnDeps = Pick<Deps, "servers" | "agents" | "policy" | "locks" | "callerNames" | "passedOn" | "log">;

/** The kinds that an operator lets a server pass on. */
export type PassedKind = "prompts" | "resources";

const passes = ({ passes_on }: McpServer, kind: PassedKind) => (passes_on?.[kind] === true ? passes_on : undefined);

/** Names of the servers that pass a kind on to the agent that asks: those whose permissions it is granted. */
export const serversFor = async (
  deps: Pick<PassedOnDeps, "servers" | "agents" | "policy">,
  asking: Asking,
  kind: PassedKind,
): Promise<string[]> => {
  const passing = (await deps.servers.readable()).items.flatMap((server) => {
    const needs = passes(server, kind);
    return needs === undefined ? [] : [{ server: server.server, needs }];
  });
  if (passing.length === 0) return [];
  const mayUse = await grantsOf(deps, asking);
  return passing.filter(({ needs }) => mayUse(needs)).map(({ server }) => server);
};

/** Whether one server passes a kind on to the agent that asks. */
export const passesTo = async (
  deps: Pick<PassedOnDeps, "servers" | "agents" | "policy">,
  asking: Asking,
  kind: PassedKind,
  name: string,
): Promise<boolean> => {
  const server = await deps.servers.get(name);
  const needs = server && passes(server, kind);
  return needs !== undefined && (await grantsOf(deps, asking))(needs);
};

/** In words who has locked everything or that agent: then no server is asked for it. */
export const heldBack = async (
  { locks, callerNames }: Pick<PassedOnDeps, "locks" | "callerNames">,
  { agent }: Asking,
): Promise<string | undefined> => {
  const concerned = { execution_id: "", tool_names: [], agent_ids: [agent] };
  const lock = (await locks.all()).find((each) => lockApplies(each, concerned));
  return lock && lockInWords(lock, await calledNow({ callerNames }));
};
