import type { Command } from "commander";
import { z } from "zod";
import { proposedContracts } from "../../shared/contracts/import/proposal-file.ts";
import { json } from "../../shared/plan/json.ts";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { everyContract } from "../client/every-contract.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { definitionLines } from "../render/definitions.ts";
import { contractLines, contractListLines, pendingAgentLines, pendingLines } from "../render/registries.ts";
import { checkContract } from "../running/check-contract.ts";
import { namedBy, putAll } from "../running/put-all.ts";
import type { Putting } from "../running/putting.ts";
import { type Session, show } from "../session.ts";
import { addAcceptTool } from "./accept-tool.ts";
import { isConfirmed } from "./confirmed.ts";
import { addMcpImport } from "./import-mcp.ts";
import { addOpenApiImport } from "./import-openapi.ts";
import { noArguments, noOptions, oneArgument } from "./options.ts";
import { addTemplates } from "./template.ts";

const registered = async (session: Session, path: string, putting: Putting): Promise<ExitCode> => {
  const done = await putAll(session, path, putting);
  if (session.json) {
    const raw = done.map((each) => each.raw);
    session.context.out(safeJson(raw, 2));
  }
  return done.some(({ waits }) => waits) ? EXIT.waiting_for_people : EXIT.ok;
};

/** Registers the contracts of a file, which may be a proposal that an import wrote. */
export const putContracts = (session: Session, path: string) =>
  registered(session, path, {
    list: "contracts",
    ...namedBy("tool_name"),
    listed: proposedContracts,
    check: (name, item, before) => checkContract(session.api, { name, item, before }),
    put: async (name, item) => {
      const { raw, value, printable: shown } = await session.api.putContract(name, item);
      if (shown.pending !== undefined) return { raw, lines: pendingLines(shown.pending), waits: true };
      const line = `${printable(name)} version ${value.contract.version}${value.unchanged ? ", as before" : ""}`;
      return { raw, lines: [line], waits: false };
    },
  });

/** Registers the agents of a file. */
export const putAgents = (session: Session, path: string) =>
  registered(session, path, {
    list: "agents",
    ...namedBy("agent_id"),
    check: async (name, item) => void (await session.api.checkAgent(name, item)),
    put: async (name, item) => {
      const { raw, value, printable: shown } = await session.api.putAgent(name, item);
      if (shown.pending !== undefined) return { raw, lines: pendingAgentLines(shown.pending), waits: true };
      const line = `${printable(name)}, owned by ${printable(value.agent.owner)}${value.unchanged ? ", as before" : ""}`;
      return { raw, lines: [line], waits: false };
    },
  });

/** Shows what a tool's pending version lowers, asks, and puts the same in one's own name. */
const confirmContract = async (session: Session, tool: string, yes: boolean): Promise<ExitCode> => {
  const { api, context } = session;
  const list = await everyContract(api);
  const pending = list.value.pending.find(({ contract }) => contract.tool_name === tool);
  const shown = list.printable.pending.find(({ contract }) => contract.tool_name === printable(tool));
  if (pending === undefined || shown === undefined) {
    throw new CliError(`no version of contract ${tool} waits to be confirmed`, EXIT.not_found, {
      remedy: `see what does: ${hint.contracts()}`,
    });
  }
  const lines = [...pendingLines(shown).slice(0, -1), ...contractLines(shown.contract, context)];
  const question = `Put version ${shown.contract.version} of ${shown.contract.tool_name} in force?`;
  if (!(await isConfirmed(session, { lines, question, yes }))) return EXIT.ok;
  const put = await api.putContract(tool, json.parse(pending.contract));
  show(session, put, ({ contract, pending: still }) =>
    still === undefined
      ? [`${contract.tool_name} version ${contract.version} is in force`]
      : [`It stays as it was: ${still.proposed_by} proposed it, and another person must confirm it`],
  );
  return put.value.pending === undefined ? EXIT.ok : EXIT.not_authorised;
};

export const addContracts = (program: Command, app: App): void => {
  const contracts = program
    .command("contracts")
    .summary("the tools' contracts")
    .description("What tools may do, under which conditions, and how they are undone.");
  addCommand(contracts, app, {
    usage: "list",
    summary: "all contracts, with statistics by risk and reversibility",
    teaches: "The version in force of every contract, and what waits for a second person to confirm it.",
    examples: ["buddy contracts list", "buddy contracts list --json | jq .statistics"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await everyContract(session.api), (list) => contractListLines(list, session.context));
      return EXIT.ok;
    },
  });
  addCommand(contracts, app, {
    usage: "show <tool>",
    summary: "one contract in full",
    teaches: `The newest version, with its input schema and content hash; and how its MCP server describes its tools otherwise, where it
does.`,
    examples: ["buddy contracts show ghl_update_contact"],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [tool]) => {
      const [contract, standing] = [await session.api.contract(tool), await session.api.definitions(tool)];
      show(session, contract, (shown) => [
        ...contractLines(shown, session.context),
        ...definitionLines(shown.tool_name, standing.printable, session.context),
      ]);
      return EXIT.ok;
    },
  });
  addCommand(contracts, app, {
    usage: "add <file>",
    summary: "register contracts, or new versions of them",
    teaches: `<file> holds one contract, an array, {"contracts": [...]}, or what an import proposed. One that says what the newest version says already
makes no new one. A tool that undoes others comes before them. Of several all are looked at before the first is stored: a fault in one
stores none, and all faults are told at once. Where somebody else changes one at that moment, the error tells which of the file are stored,
and which were not tried. One that lowers a guard (risk, approvals, permissions and the like) waits for a second person, and the command
ends with 8.`,
    examples: ["buddy contracts add examples/contracts.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict, EXIT.waiting_for_people],
    args: oneArgument,
    options: noOptions,
    run: (session, [path]) => putContracts(session, path),
  });
  addCommand(contracts, app, {
    usage: "confirm <tool>",
    summary: "put in force what somebody else proposed (a version that lowers a guard)",
    teaches: `Lowering a guard takes two: a version with less risk, fewer approvals or permissions, and the like, waits until
another person than the one who proposed it confirms it. Shows what it lowers, asks, and puts it in force. Raising a guard
needs nobody else.`,
    examples: ["buddy contracts confirm ghl_update_contact --as olga", "buddy contracts confirm crm_note --yes"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_authorised, EXIT.not_found, EXIT.conflict],
    flags: [{ flags: "--yes", says: "do not ask" }],
    args: oneArgument,
    options: z.object({ yes: z.boolean().default(false) }),
    run: (session, [tool], { yes }) => confirmContract(session, tool, yes),
  });
  addAcceptTool(contracts, app);
  addTemplates(contracts, app);
  addImports(contracts, app);
};

/** Tools that other systems describe, made proposals that a person reads. */
const addImports = (contracts: Command, app: App): void => {
  const imports = contracts
    .command("import")
    .summary("propose contracts from what describes a service")
    .description("Writes a proposal to a file. Nothing is registered before you have read it and added it.");
  addOpenApiImport(imports, app);
  addMcpImport(imports, app);
};
