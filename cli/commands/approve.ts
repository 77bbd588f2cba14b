import type { Command } from "commander";
import { z } from "zod";
import { CliError } from "../client/problem.ts";
import { type App, addCommand, type Flag } from "../command.ts";
import { askWhy, decideTogether, type Together } from "../deciding/decide-together.ts";
import { EXIT } from "../exit-codes.ts";
import { decideOn } from "./decide.ts";
import { anyArguments, riskFlag, text } from "./options.ts";

const togetherFlags: readonly Flag[] = [
  { flags: "--all", says: "everything open that you may decide so" },
  { flags: "--plan <id>", says: "with --all: of this plan" },
  { flags: "--execution <id>", says: "with --all: of this execution" },
  { flags: "--agent <id>", says: "with --all: of this agent" },
  { flags: "--tool <name>", says: "with --all: of this tool" },
  { ...riskFlag, says: "with --all: of this risk" },
  { flags: "--yes", says: "do not ask" },
];

const togetherOptions = z.object({
  all: z.boolean().default(false),
  plan: text.optional(),
  execution: text.optional(),
  agent: text.optional(),
  tool: text.optional(),
  risk: text.optional(),
  yes: z.boolean().default(false),
  comment: text.optional(),
});
type Options = z.infer<typeof togetherOptions>;

/** The named requests, or all. @throws CliError (usage) for both and for neither, and for a filter of what was named */
const asked = (word: Together["word"], named: readonly string[], options: Options): Together => {
  const { all, yes, comment, plan, execution, agent, tool, risk } = options;
  const filter = { plan, execution, agent, tool, risk };
  if (all === named.length > 0) throw new CliError("name requests, or say --all", EXIT.usage);
  if (!all && Object.values(filter).some((each) => each !== undefined))
    throw new CliError("--plan, --execution, --agent, --tool and --risk go with --all", EXIT.usage);
  return { word, named, filter, yes, comment };
};

const exits = [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict];

export const addApprove = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "approve [requests...]",
    summary: "say yes, to one request, to several, or to all you may approve",
    teaches: `Approves exactly what is shown: the digest of the preview goes with the decision, and what has changed since is
asked anew. On a terminal it is shown first, then you are asked. Several, or --all, are listed with every argument and
every field that changes, HIGH ones in full, each under a number. You are asked which: all, none, or numbers such as 2,4
or 1-3; then once more, by how many they are and how many of them are HIGH. One whose call was decided elsewhere while you
read is left undecided. Without a terminal one that is named is approved as it is shown; several need --yes. Who
submitted a HIGH call, owns its agent or edited it last cannot approve it, and says of no call, whatever its risk, whether
it is to be undone. A choice that names a plan, an execution, an
agent or a tool that is not there ends with \`not found\`.`,
    examples: [
      "buddy approve 01JDEF... --as bob",
      "buddy approve --all --plan plan_crm --risk MEDIUM --as bob",
      "buddy approve --all --execution 01JABC... --as bob --yes",
      "buddy approve 01JDEF... 01JDEG... --as bob --yes",
    ],
    exits,
    flags: [...togetherFlags, { flags: "--comment <text>", says: "kept with the decision" }],
    args: anyArguments,
    options: togetherOptions,
    run: async (session, [named], options) => {
      const together = asked("approve", named, options);
      const [id] = named;
      if (id === undefined || named.length > 1) return decideTogether(session, together);
      const { comment, yes } = together;
      const decision = { decision: "approve", ...(comment === undefined ? {} : { comment }) };
      return decideOn(session, id, decision, yes ? undefined : "Approve it?");
    },
  });

export const addReject = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "reject [requests...]",
    summary: "say no, to one request, to several, or to all: the preview stands, nothing is done",
    teaches: `Ends the step at its preview; what depends on it goes no further. What ran already stands, the plan is incomplete.
Several, or --all, are listed and asked for as by \`buddy approve\`; without a terminal add --yes.`,
    examples: [
      'buddy reject 01JDEF... --as bob --comment "not this week"',
      'buddy reject --all --tool msgraph_send_email --as bob --comment "wrong template" --yes',
    ],
    exits,
    flags: [...togetherFlags, { flags: "--comment <text>", says: "why (needed)" }],
    args: anyArguments,
    options: togetherOptions,
    run: async (session, [named], options) => {
      const together = asked("reject", named, options);
      const comment = options.comment ?? (await askWhy(session));
      const [id] = named;
      if (id === undefined || named.length > 1) return decideTogether(session, { ...together, comment });
      return decideOn(session, id, { decision: "reject", comment });
    },
  });
