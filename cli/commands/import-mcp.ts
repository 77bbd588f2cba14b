import type { Command } from "commander";
import { z } from "zod";
import { toolDefinition } from "../../shared/contracts/binding/mcp/tool-definition.ts";
import type { ListedTools } from "../../shared/contracts/import/listed-tools.ts";
import { proposeMcpTools } from "../../shared/contracts/import/mcp-tools.ts";
import type { ProposalFile } from "../../shared/contracts/import/proposal-file.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { everyContract } from "../client/every-contract.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { type Session, say } from "../session.ts";
import { oneArgument, text } from "./options.ts";

/** Writes a proposal for people to read; nothing of it is registered. */
const writeProposal = async (session: Session, proposal: ProposalFile, path: string): Promise<void> => {
  await session.context.writeFile(path, new TextEncoder().encode(`${JSON.stringify(proposal, null, 2)}\n`));
  say(
    session,
    `${path} proposes ${plural(proposal.tools.length, "tool")}. Nothing is registered: read it, then ${hint.addContracts(path)}`,
  );
  for (const { original, contract, warnings } of proposal.tools) {
    say(session, printable(`  ${original}${contract.tool_name === original ? "" : ` as ${contract.tool_name}`}`));
    for (const warning of warnings) say(session, printable(`    ${warning}`));
  }
  for (const { original, reasons } of proposal.refused) {
    say(session, printable(`  ${original} cannot be taken: ${reasons.join("; ")}`));
  }
};

/** @throws CliError naming what is not there */
const picked = (listed: ListedTools, pick: readonly string[]): ListedTools => {
  if (pick.length === 0) return listed;
  const known = [...listed.tools, ...listed.left_out].map(({ name }) => name);
  const missing = pick.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new CliError(`the server has no tool ${missing.join(", ")}`, EXIT.not_found, {
      remedy: `it has ${known.join(", ")}`,
    });
  }
  const wanted = ({ name }: { readonly name: string }) => pick.includes(name);
  return { tools: listed.tools.filter(wanted), left_out: listed.left_out.filter(wanted) };
};

export const addMcpImport = (imports: Command, app: App): void =>
  addCommand(imports, app, {
    usage: "mcp <server>",
    summary: "propose a contract for each tool of a registered MCP server",
    teaches: `Every tool is proposed as HIGH and irreversible, pinned to how its server describes it now: what the server claims of it is shown,
and lowers nothing. A name that no tool can have here, or that is another tool's already (<server>__<tool> then), is changed, and the binding keeps the original. A tool that its server describes in a way in which
nobody can call it is named with the reason, and the others are proposed.`,
    examples: ["buddy contracts import mcp crm", "buddy contracts import mcp crm --pick set_contact --out crm.json"],
    exits: [EXIT.ok, EXIT.not_found, EXIT.conflict],
    flags: [
      { flags: "--pick <tool...>", says: "only these tools, by the server's names (default: all)" },
      { flags: "--out <file>", says: "where the proposal is written (default: <server>-tools.json)" },
    ],
    args: oneArgument,
    options: z.object({ pick: z.array(text).default([]), out: text.optional() }),
    run: async (session, [server], { pick, out }) => {
      const path = out ?? `${server}-tools.json`;
      await session.context.mustBeWritable(path, "file");
      const { tools, left_out } = (await session.api.serverTools(server)).value;
      const chosen = picked({ tools: z.array(toolDefinition).parse(tools), left_out }, pick);
      const { contracts } = (await everyContract(session.api)).value;
      await writeProposal(session, proposeMcpTools(server, chosen, contracts), path);
      return EXIT.ok;
    },
  });
