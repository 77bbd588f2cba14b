import type { Command } from "commander";
import { isJsonObject, type Json } from "../../shared/plan/json.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { agentListLines, contractLines, contractListLines } from "../render/registries.ts";
import { printable, safeJson } from "../render/untrusted.ts";
import { type Session, show } from "../session.ts";
import { itemsIn, jsonFile } from "./files.ts";
import { noArguments, noOptions, oneArgument } from "./options.ts";

type Put = { readonly name: string; readonly unchanged: boolean; readonly raw: Json; readonly line: string };

/** Registers every item of a file, in its order; the first that is refused ends it. */
const putAll = async (
  session: Session,
  path: string,
  field: string,
  id: string,
  put: (name: string, item: Json) => Promise<Put>,
) => {
  const done: Put[] = [];
  for (const [index, item] of itemsIn(await jsonFile(session.context, path), field).entries()) {
    const name = isJsonObject(item) ? item[id] : undefined;
    if (typeof name !== "string") throw new CliError(`${path}: item ${index + 1} has no ${id}`, EXIT.usage);
    const each = await put(name, item);
    done.push(each);
    if (!session.json) session.context.out(each.line);
  }
  if (session.json)
    session.context.out(
      safeJson(
        done.map(({ raw }) => raw),
        2,
      ),
    );
  return EXIT.ok;
};

/** Registers the contracts of a file. */
export const putContracts = (session: Session, path: string) =>
  putAll(session, path, "contracts", "tool_name", async (name, item) => {
    const { raw, value } = await session.api.putContract(name, item);
    const line = `${printable(name)} version ${value.contract.version}${value.unchanged ? ", as before" : ""}`;
    return { name, unchanged: value.unchanged, raw, line };
  });

/** Registers the agents of a file. */
export const putAgents = (session: Session, path: string) =>
  putAll(session, path, "agents", "agent_id", async (name, item) => {
    const { raw, value } = await session.api.putAgent(name, item);
    const line = `${printable(name)}, owned by ${printable(value.agent.owner)}${value.unchanged ? ", as before" : ""}`;
    return { name, unchanged: value.unchanged, raw, line };
  });

export const addContracts = (program: Command, app: App): void => {
  const contracts = program
    .command("contracts")
    .summary("the tools' contracts")
    .description("What tools may do, under which conditions, and how they are undone.");
  addCommand(contracts, app, {
    usage: "list",
    summary: "all contracts, with statistics by risk and reversibility",
    teaches: "The newest version of every contract.",
    examples: ["buddy contracts list", "buddy contracts list --json | jq .statistics"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.contracts(), (list) => contractListLines(list, session.context));
      return EXIT.ok;
    },
  });
  addCommand(contracts, app, {
    usage: "show <tool>",
    summary: "one contract in full",
    teaches: "The newest version, with its input schema and content hash.",
    examples: ["buddy contracts show ghl_update_contact"],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [tool]) => {
      show(session, await session.api.contract(tool), (contract) => contractLines(contract, session.context));
      return EXIT.ok;
    },
  });
  addCommand(contracts, app, {
    usage: "add <file>",
    summary: "register contracts, or new versions of them",
    teaches: `<file> holds one contract, an array, or {"contracts": [...]}. One that says what the newest version says already
makes no new one. A tool that undoes others comes before them. The first that is refused ends it; those before it are
registered.`,
    examples: ["buddy contracts add examples/contracts.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: (session, [path]) => putContracts(session, path),
  });
};

export const addAgents = (program: Command, app: App): void => {
  const agents = program
    .command("agents")
    .summary("the agents' registry")
    .description("Who the agents are, who owns them, and what they are granted.");
  addCommand(agents, app, {
    usage: "list",
    summary: "all registered agents",
    teaches: "With owner and granted permissions. What a plan declares beyond them does not count.",
    examples: ["buddy agents list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.agents(), (list) => agentListLines(list, session.context));
      return EXIT.ok;
    },
  });
  addCommand(agents, app, {
    usage: "add <file>",
    summary: "register agents, or change them",
    teaches: '<file> holds one agent, an array, or {"agents": [...]}.',
    examples: ["buddy agents add examples/agents.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: (session, [path]) => putAgents(session, path),
  });
};
