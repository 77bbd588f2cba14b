import type { Command } from "commander";
import { z } from "zod";
import { printable } from "../../shared/shown/untrusted.ts";
import { moment } from "../../shared/shown/words.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { definitionLines } from "../render/definitions.ts";
import { type Session, say, show } from "../session.ts";
import { oneArgument } from "./options.ts";

/** Shows how the tool's server describes it now, asks, and accepts exactly that. */
const acceptTool = async (session: Session, tool: string, yes: boolean): Promise<ExitCode> => {
  const { api, context } = session;
  const standing = await api.definitions(tool);
  const quarantined = standing.value.definitions.flatMap(({ quarantined: held, changed }) =>
    held && changed !== null ? [changed.definition] : [],
  );
  if (quarantined.length === 0) {
    say(session, `Nothing of ${printable(tool)} is quarantined.`);
    if (session.json) show(session, standing, () => []);
    return EXIT.ok;
  }
  for (const line of definitionLines(printable(tool), standing.printable, context).slice(1, -1)) say(session, line);
  if (!yes) {
    if (!context.interactive) {
      throw new CliError("it would be accepted, and nobody can be asked here", EXIT.usage, {
        remedy: "read the difference above, and add --yes if that tool may be called",
      });
    }
    if (!(await context.prompts.confirm(`May ${printable(tool)} be called as it is described now?`))) return EXIT.ok;
  }
  show(session, await api.acceptDefinitions(tool, quarantined), ({ accepted }) =>
    accepted.map(
      ({ tool: name, accepted_by, accepted_at }) => `${name} is accepted by ${accepted_by} at ${moment(accepted_at)}`,
    ),
  );
  return EXIT.ok;
};

export const addAcceptTool = (contracts: Command, app: App): void => {
  addCommand(contracts, app, {
    usage: "accept <tool>",
    summary: "let a tool be called again whose MCP server describes it otherwise",
    teaches: `A tool that its server describes otherwise than when it was reviewed is quarantined: it goes no higher than DRY_RUN. Shows the
difference, asks, and accepts that definition and no later one. Calls that were approved before are asked anew.`,
    examples: ["buddy contracts accept crm_update --as olga", "buddy contracts accept crm_update --yes"],
    exits: [EXIT.ok, EXIT.not_authorised, EXIT.not_found, EXIT.conflict],
    flags: [{ flags: "--yes", says: "do not ask" }],
    args: oneArgument,
    options: z.object({ yes: z.boolean().default(false) }),
    run: (session, [tool], { yes }) => acceptTool(session, tool, yes),
  });
};
