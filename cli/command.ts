import { type Command, Option } from "commander";
import type { z } from "zod";
import { namedByAddress } from "./client/named-by-address.ts";
import { CliError } from "./client/problem.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitCode, exitCodeHelp } from "./exit-codes.ts";
import { asTypedHere } from "./hints.ts";
import { withNearName } from "./near-name.ts";
import { DEFAULT_DATA_DIR, DEFAULT_ENDPOINT, type Session, sessionOf } from "./session.ts";

/** The program while it is put together: what commands are given, and where their exit code goes. */
export type App = { readonly context: Context; readonly finish: (code: ExitCode) => void };

export type Flag = { readonly flags: string; readonly says: string; readonly choices?: readonly string[] };

export type CommandSpec<Args, Options> = {
  /** `status [id]`: the name and its arguments, as usage shows them. */
  readonly usage: string;
  readonly summary: string;
  /** Its purpose, and the notes on it. */
  readonly teaches: string;
  readonly examples: readonly string[];
  /** Exit codes it may end with, besides usage, unreachable and internal. */
  readonly exits: readonly ExitCode[];
  readonly flags?: readonly Flag[];
  readonly args: z.ZodType<Args>;
  readonly options: z.ZodType<Options>;
  readonly run: (session: Session, args: Args, options: Options) => Promise<ExitCode>;
};

type NameOf = (path: readonly PropertyKey[]) => string;

const read = <Value>(schema: z.ZodType<Value>, given: unknown, nameOf: NameOf): Value => {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${nameOf(issue.path)}: ${wordsOf(issue)}`);
  throw new CliError(faults.join("; "), EXIT.usage, { remedy: "see --help" });
};

const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1 ? "is empty" : issue.message;

const optionOf: NameOf = (path) => (path.length === 0 ? "options" : `--${path.map(kebab).join(".")}`);

/** Arguments have their names in the usage, as `backup <folder>`. */
const argumentOf =
  (usage: string): NameOf =>
  ([place]) =>
    (typeof place === "number" ? usage.split(" ")[place + 1] : undefined) ?? "arguments";

const kebab = (name: PropertyKey): string => String(name).replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

/** Options that every command takes, before or after its name. */
export const globalFlags = (command: Command): Command =>
  command
    .addOption(new Option("--endpoint <url>", `the server's address ($BUDDY_ENDPOINT, else ${DEFAULT_ENDPOINT})`))
    .addOption(
      new Option(
        "--as <name>",
        "who you are, with a local server ($BUDDY_AS, else your user name); elsewhere set $BUDDY_TOKEN",
      ),
    )
    .addOption(
      new Option(
        "--data <folder>",
        `the local server's data, with the key that tokens are made from ($BUDDY_DATA, else ${DEFAULT_DATA_DIR})`,
      ),
    )
    .addOption(new Option("--json", "print one JSON document on stdout, and nothing else there"));

/**
 * A value that is given twice is refused: the second would count in silence, and who says `--agent a1 --agent a2` to a
 * kill switch means both.
 */
export const refuseTwice = (command: Command): void => {
  const given = new Set<string>();
  for (const option of command.options.filter(({ required, variadic }) => required && !variadic)) {
    command.on(`option:${option.name()}`, () => {
      if (given.has(option.flags)) command.error(`error: option '${option.flags}' is given twice; say it once`);
      given.add(option.flags);
    });
  }
};

/** Lines of one paragraph joined, so that the terminal's width decides where they break. */
export const flowing = (text: string): string => text.replaceAll(/([^\n])\n(?!\n)/gu, "$1 ");

/** Adds a command to the program. */
export const addCommand = <Args, Options>(parent: Command, app: App, spec: CommandSpec<Args, Options>): void => {
  const command = parent.command(spec.usage).summary(spec.summary).description(flowing(spec.teaches));
  for (const { flags, says, choices } of spec.flags ?? []) {
    const option = new Option(flags, says);
    command.addOption(choices === undefined ? option : option.choices(choices));
  }
  refuseTwice(command);
  const exits = [...spec.exits, EXIT.usage, EXIT.not_authorised, EXIT.unreachable];
  command.addHelpText(
    "after",
    `\nExamples:\n${spec.examples.map((line) => `  $ ${asTypedHere(line)}`).join("\n")}\n\n${exitCodeHelp(exits)}`,
  );
  command.action(async () => {
    const argument = argumentOf(spec.usage);
    read(spec.args, command.processedArgs, argument);
    const options = read(spec.options, command.opts(), optionOf);
    const session = sessionOf(app.context, command);
    let named: readonly unknown[] = command.processedArgs;
    try {
      named = await namedByAddress(session.api, spec.usage, named);
      app.finish(await spec.run(session, read(spec.args, named, argument), options));
    } catch (error) {
      throw await withNearName(session.api, spec.usage, named[0], error);
    }
  });
};
