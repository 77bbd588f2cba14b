import type { LockScope } from "../../../shared/execution/lock/lock.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { didYouMean, quoted } from "../../../shared/plan/suggestion.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";
import { problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

type Using = Pick<Deps, "contracts" | "agents" | "executions" | "inFlightCalls">;

/** A scope by its one name: where it stands in the body, whether anybody knows it, and the names that are known. */
type Named = {
  readonly field: string;
  readonly what: string;
  readonly name: string;
  readonly isKnown: () => Promise<boolean>;
  readonly known: () => Promise<readonly string[]>;
  /** No call can be in its name before it is known, so that to refuse a name that is not stops nothing less. */
  readonly exact: boolean;
};

/**
 * Whether a lock's scope names anything. A misspelt name is refused with the near one: a lock on nobody would be
 * answered as if somebody were stopped. An agent that is near nobody is locked all the same, since an open registry
 * takes agents at their word, and so is any name where the caller says so; the answer then says that nobody is known.
 * @returns a warning for the answer, or nothing where the name is known
 */
export const checkScope =
  (deps: Using) =>
  async (scope: LockScope, even_if_unknown: boolean): Promise<Result<string | undefined, Problem>> => {
    const named = namedBy(deps, scope);
    if (named === undefined || (await named.isKnown())) return accept(undefined);
    const near = didYouMean(named.name, await named.known());
    const unknown = `no ${named.what} ${quoted(named.name)} is known yet`;
    const refused = !even_if_unknown && (named.exact || near !== "");
    if (!refused) return accept(`${unknown}${near === "" ? "" : near}: the lock holds whatever comes with that name`);
    const message = `${unknown}${near === "" ? "." : near} To lock that name all the same, say even_if_unknown (at the terminal: --even-if-unknown)`;
    const violation = { path: `/scope/${named.field}`, rule: "unknown", message };
    return refuse(problemOf("not-found", `${unknown}; nothing was locked`, { violations: [violation] }));
  };

const namedBy = (deps: Using, scope: LockScope): Named | undefined => {
  switch (scope.kind) {
    case "everything":
      return undefined;
    case "tool":
      return {
        field: "tool_name",
        what: "tool",
        name: scope.tool_name,
        isKnown: () => isThere(() => deps.contracts.get(scope.tool_name)),
        known: async () => (await deps.contracts.all()).map(({ tool_name }) => tool_name),
        exact: true,
      };
    case "agent":
      return {
        field: "agent_id",
        what: "agent",
        name: scope.agent_id,
        isKnown: () => isKnownAgent(deps, scope.agent_id),
        known: async () => [
          ...(await deps.agents.readable()).items.map(({ agent_id }) => agent_id),
          ...(await deps.agents.noted()),
        ],
        exact: false,
      };
    case "execution":
      return {
        field: "execution_id",
        what: "execution",
        name: scope.execution_id,
        isKnown: () => isThere(() => deps.executions.get(scope.execution_id)),
        known: () => deps.executions.running(),
        exact: true,
      };
  }
};

/** One whose record cannot be read is there, and may need a lock more than others. */
const isThere = (read: () => Promise<unknown>): Promise<boolean> =>
  unlessDamaged(
    async () => (await read()) !== undefined,
    () => true,
  );

/** Registered, or named by a submission; one that came before names were noted may still have a call in flight. */
const isKnownAgent = async (deps: Using, name: string): Promise<boolean> => {
  const [registered, noted] = await Promise.all([isThere(() => deps.agents.get(name)), deps.agents.isNoted(name)]);
  if (registered || noted) return true;
  const calls = await deps.inFlightCalls.all();
  return calls.some(({ agent_id, proposed_by }) => agent_id === name || proposed_by === name);
};
