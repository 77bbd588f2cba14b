import { nearestName, quoted } from "../../shared/plan/suggestion.ts";
import type { Api } from "../client/api.ts";
import { everyContract } from "../client/every-contract.ts";
import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";

/** The newest of many: what is misspelt is what was just read somewhere. */
const NEWEST = 100;

export type Choice = Readonly<Record<"plan" | "execution" | "agent" | "tool", string | undefined>>;
type Kind = keyof Choice;

/** Undefined: it is there, or nobody can tell. Else the names that it may have been meant for. */
type Look = (api: Api, name: string) => Promise<readonly string[] | undefined>;

const tool: Look = async (api, name) => {
  const { contracts, pending } = (await everyContract(api)).value;
  const known = [...contracts, ...pending.map(({ contract }) => contract)].map(({ tool_name }) => tool_name);
  return known.includes(name) ? undefined : known;
};

const execution: Look = async (api, name) => {
  try {
    await api.execution(name, { steps_limit: 0 });
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError) || error.exit_code !== EXIT.not_found) throw error;
    return (await api.executions(NEWEST)).value.items.map((each) => each.execution_id);
  }
};

/** An open registry takes agents at their word: one that was in an execution is there as well. */
const agent: Look = async (api, name) => {
  const known = (await api.agents()).value.agents.map((each) => each.agent_id);
  if (known.includes(name)) return undefined;
  const { items, next } = (await api.executions(1, undefined, { agent: name })).value;
  return items.length > 0 || next !== null ? undefined : known;
};

const plan: Look = async (api, name) => {
  // Its words may stand in others' goals: of a hundred that hold them, one has it for a plan, or nobody can tell.
  const { items, next } = (await api.executions(NEWEST, undefined, { text: name.slice(0, 200) })).value;
  if (next !== null || items.some(({ plan_ids }) => plan_ids.includes(name))) return undefined;
  return (await api.executions(NEWEST)).value.items.flatMap(({ plan_ids }) => plan_ids);
};

const LOOKS: Readonly<Record<Kind, Look>> = { plan, execution, agent, tool };
const KINDS: readonly Kind[] = ["plan", "execution", "agent", "tool"];

/**
 * Looks up the names of a choice that nothing open fits: one that nothing has would look as if all were decided. One that
 * the caller may not read is taken as it is.
 * @throws CliError (not_found) with the near name, where there is one
 */
export const mustNameSomething = async (api: Api, choice: Choice): Promise<void> => {
  for (const kind of KINDS) {
    const name = choice[kind];
    const known = name === undefined ? undefined : await unlessUnreadable(LOOKS[kind](api, name));
    if (name === undefined || known === undefined) continue;
    const near = nearestName(name, known);
    throw new CliError(`there is no ${kind} ${quoted(name)}: nothing was decided`, EXIT.not_found, {
      ...(near === undefined ? {} : { remedy: `did you mean ${near}?` }),
    });
  }
};

const unlessUnreadable = async <Value>(looked: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof CliError && error.exit_code === EXIT.not_authorised) return undefined;
    throw error;
  }
};
