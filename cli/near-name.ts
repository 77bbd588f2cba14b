import { nearestName, quoted } from "../shared/plan/suggestion.ts";
import type { Api } from "./client/api.ts";
import { everyContract } from "./client/every-contract.ts";
import { LAST } from "./client/named-execution.ts";
import { ApiProblem, CliError } from "./client/problem.ts";
import { EXIT } from "./exit-codes.ts";
import { hint } from "./hints.ts";

/** The newest of many: what is misspelt is what was just read somewhere. */
const NEWEST = 100;

const ONLY_READ = `${LAST} stands for the newest where something is only read; to act, name one of: ${hint.executions()}`;

type Names = (api: Api) => Promise<readonly string[]>;

const executions: Names = async (api) => (await api.executions(NEWEST)).value.items.map((each) => each.execution_id);
const requests: Names = async (api) =>
  (await api.approvals({ limit: NEWEST })).value.plans.flatMap(({ approvals }) =>
    approvals.map((each) => each.approval_id),
  );

/** The names that an argument is one of, by its word in the command's usage. */
const KNOWN: ReadonlyMap<string, Names> = new Map([
  ["execution", executions],
  ["execution-or-folder", executions],
  ["request", requests],
  ["requests", requests],
  ["tool", async (api) => (await everyContract(api)).value.contracts.map((each) => each.tool_name)],
  ["agent", async (api) => (await api.agents()).value.agents.map((each) => each.agent_id)],
  ["server", async (api) => (await api.servers()).value.servers.map((each) => each.server)],
  ["webhook", async (api) => (await api.webhooks()).value.webhooks.map((each) => each.webhook_id)],
]);

const namesFor = (usage: string): Names | undefined => KNOWN.get(/[<[]([\w-]+)/u.exec(usage)?.[1] ?? "");

/**
 * The failure of a command, with the near name where there is none of the one that it was given: one place for every
 * command that takes a name. The failure alone, for a caller who may not read the others' names.
 */
export const withNearName = async (api: Api, usage: string, given: unknown, failed: unknown): Promise<unknown> => {
  const names = namesFor(usage);
  if (!(failed instanceof CliError) || failed.exit_code !== EXIT.not_found) return failed;
  if (names === undefined) return failed;
  const isLast = given === LAST && names === executions;
  const nearest = isLast ? undefined : await nearestOf(given, () => names(api));
  // The server says some of them itself.
  const near = nearest !== undefined && failed.message.includes(quoted(nearest)) ? undefined : nearest;
  const told = isLast && failed.remedy === null ? ONLY_READ : near && `did you mean ${near}?`;
  if (told === undefined) return failed;
  const remedy = [told, failed.remedy ?? []].flat().join(" Else ");
  return failed instanceof ApiProblem
    ? new ApiProblem(failed.status, failed.problem, remedy)
    : new CliError(failed.message, failed.exit_code, { remedy, cause: failed, faults: failed.faults });
};

/** Of several names the first that is not there and has a near one. */
const nearestOf = async (given: unknown, names: () => Promise<readonly string[]>): Promise<string | undefined> => {
  try {
    const known = await names();
    for (const name of [given].flat()) {
      if (typeof name !== "string" || known.includes(name)) continue;
      const near = nearestName(name, known);
      if (near !== undefined) return near;
    }
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
};
