import type { Command } from "commander";
import { z } from "zod";
import { type LockScope, lockMode } from "../../shared/execution/lock/lock.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand, type Flag } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { lookOf } from "../look.ts";
import { lockLines, scopeText } from "../render/system.ts";
import { everyHeld, heldLines, resumeLines } from "../running/held.ts";
import { type Session, show } from "../session.ts";
import { noArguments, reasonFlag, text } from "./options.ts";

const scopeFlags: readonly Flag[] = [
  { flags: "--everything", says: "all tools of all agents" },
  { flags: "--tool <name>", says: "one tool" },
  { flags: "--agent <id>", says: "one agent, whether it proposes or acts" },
  { flags: "--execution <id>", says: "one execution" },
];

const scopeOptions = z.object({
  everything: z.boolean().default(false),
  tool: text.optional(),
  agent: text.optional(),
  execution: text.optional(),
  reason: text,
});
type ScopeOptions = z.infer<typeof scopeOptions>;

/** The one scope that was named. @throws CliError (usage) for none or several */
export const scopeOf = ({ everything, tool, agent, execution }: Omit<ScopeOptions, "reason">): LockScope => {
  const scopes: LockScope[] = [];
  if (everything) scopes.push({ kind: "everything" });
  if (tool !== undefined) scopes.push({ kind: "tool", tool_name: tool });
  if (agent !== undefined) scopes.push({ kind: "agent", agent_id: agent });
  if (execution !== undefined) scopes.push({ kind: "execution", execution_id: execution });
  const [scope] = scopes;
  if (scope === undefined || scopes.length > 1)
    throw new CliError("name one scope: --everything, --tool, --agent or --execution", EXIT.usage);
  return scope;
};

export const addLock = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "lock",
    summary: "the kill switch: stop LIVE calls at once",
    teaches: `After the answer, of what it covers, only the calls that it lists can still run. stop_forward lets roll backs go on, freeze_all
holds them too. Steps that are held show as LOCKED, and go on after \`buddy unlock\` and \`buddy resume\`.`,
    examples: [
      'buddy lock --everything --reason "something is wrong"',
      'buddy lock --tool msgraph_send_email --reason "wrong template" --mode freeze_all',
    ],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found],
    flags: [
      ...scopeFlags,
      { flags: "--even-if-unknown", says: "lock a name that nobody has yet; else a misspelt one is refused" },
      { flags: "--mode <mode>", says: "stop_forward (default) or freeze_all", choices: lockMode.options },
      reasonFlag,
    ],
    args: noArguments,
    options: scopeOptions.extend({
      mode: lockMode.default("stop_forward"),
      evenIfUnknown: z.boolean().default(false),
    }),
    run: async (session, _args, options) => {
      const body = {
        scope: scopeOf(options),
        mode: options.mode,
        reason: options.reason,
        ...(options.evenIfUnknown ? { even_if_unknown: true } : {}),
      };
      show(session, await session.api.lock(body), (reply) => lockLines(reply, session.context));
      return EXIT.ok;
    },
  });

/** The lock is lifted, whether what it held can be listed or not. */
const tellHeld = async (session: Session): Promise<void> => {
  const { api, context } = session;
  try {
    const held = await everyHeld(api);
    for (const line of [...heldLines(held, await lookOf(session)), ...resumeLines(held)]) context.out(line);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.err(`what is held could not be listed (${printable(error.message)}): ${hint.executions()}`);
  }
};

export const addUnlock = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "unlock",
    summary: "take a lock away (another person than who locked)",
    teaches: `Four eyes: who locked cannot unlock. Lists what is held, which stays so until it is resumed, one by one or all
together (\`buddy resume --locked\`).`,
    examples: ['buddy unlock --everything --reason "it was a false alarm" --as carol'],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict],
    flags: [...scopeFlags, reasonFlag],
    args: noArguments,
    options: scopeOptions,
    run: async (session, _args, options) => {
      const answer = await session.api.unlock({ scope: scopeOf(options), reason: options.reason });
      show(session, answer, ({ unlocked }) => [`Unlocked: ${scopeText(unlocked.scope)}.`]);
      if (!session.json) await tellHeld(session);
      return EXIT.ok;
    },
  });
