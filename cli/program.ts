import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { printable, safeJson } from "../shared/shown/untrusted.ts";
import { CliError } from "./client/problem.ts";
import { flowing, globalFlags, refuseTwice } from "./command.ts";
import { commandsFor } from "./commands.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitCode, exitCodeHelp } from "./exit-codes.ts";
import { asFileError } from "./file-error.ts";
import { asTypedHere } from "./hints.ts";
import { isInterruption } from "./interruption.ts";
import { problemDocument, problemLines } from "./render/problem.ts";

const ABOUT = `Buddy decides whether, when and how the tool calls that agents plan may touch the real world, asks a person where
one is needed, and proves afterwards what happened. This is its client: local (buddy start) or deployed.`;

const firstSteps = (): string => `
First steps:
  $ buddy start --live --open-registry          in one terminal
  $ ${asTypedHere("buddy run examples/hello.json")} --as alice --approver bob
  $ buddy approvals --as bob

Environment: BUDDY_ENDPOINT, BUDDY_TOKEN (deployed), BUDDY_AS, BUDDY_DATA (local), NO_COLOR.

`;

/** Settings that commander copies to subcommands when they are made, so before the first is. */
const quietProgram = (context: Context): Command =>
  globalFlags(new Command("buddy").description(flowing(ABOUT)))
    .version(packageJson.version, "--version", "print the version")
    .exitOverride()
    .showHelpAfterError("(see --help)")
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(context.columns, 100) })
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .addHelpText("after", () => firstSteps() + exitCodeHelp());

const report = (context: Context, argv: readonly string[], error: CliError): ExitCode => {
  if (argv.includes("--json")) context.out(safeJson(problemDocument(error), 2));
  else for (const line of problemLines(error, context.paint)) context.err(line);
  return error.exit_code;
};

/** Commander has told a person already; a program reads a document. */
const misused = (context: Context, argv: readonly string[], { code, message }: CommanderError): ExitCode => {
  // The library's word for a group of commands of which none was named.
  const what = code === "commander.help" ? "one of its commands is missing" : message;
  const problem = new CliError(what, EXIT.usage, { remedy: "see --help" });
  return argv.includes("--json") ? report(context, argv, problem) : EXIT.usage;
};

const failed = (context: Context, argv: readonly string[], error: unknown): ExitCode => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : misused(context, argv, error);
  const told = error instanceof CliError ? error : asFileError(error);
  if (told !== undefined) return report(context, argv, told);
  if (isInterruption(error)) {
    context.err("Left at the question: nothing was done about it.");
    return EXIT.interrupted;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.err(`a defect in buddy: ${message.split("\n").map(printable).join("\n")}`);
  return EXIT.internal;
};

/** Runs one command line (without the names of node and program). @returns its exit code; never throws */
export const runBuddy = async (context: Context, argv: readonly string[]): Promise<ExitCode> => {
  let code: ExitCode = EXIT.ok;
  const program = quietProgram(context);
  const app = {
    context,
    finish: (given: ExitCode) => {
      code = given;
    },
  };
  try {
    for (const add of await commandsFor(argv)) add(program, app);
    refuseTwice(program);
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return failed(context, argv, error);
  }
};
