import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { commandsFor, COMMANDS as everyCommand } from "../../cli/commands.ts";
import { runBuddy } from "../../cli/program.ts";
import { fakeContext } from "./fake-context.ts";

const ROOT = join(import.meta.dirname, "../..");

/** `written`: with its placeholders as they stand there. */
export type Printed = { readonly at: string; readonly command: string; readonly written?: string };

const filesUnder = (folder: string, ends: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ends))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** A shell's words of the first command of a line: what stands behind `|`, `&&`, `>`, `<` or `#` is not Buddy's. */
export const wordsOf = (line: string): string[] => {
  const words: string[] = [];
  for (const [, quoted, single, bare] of line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/gu)) {
    if (bare !== undefined && /^(\||&&|;|>|<\/|#|\(or$)/u.test(bare)) break;
    words.push(quoted ?? single ?? bare ?? "");
  }
  return words;
};

/** Placeholders, each replaced by something of the reader's own. */
const filled = (command: string): string =>
  command
    .replaceAll(/\$\{[^}]*\}/gu, "x1")
    .replaceAll("https://<api>/links/<link>", "https://api.example/links/l1")
    .replaceAll("<n>", "60")
    .replaceAll("help <command>", "help status")
    .replaceAll("<digest>", "0".repeat(64))
    .replaceAll(/<[a-z-]+>/gu, "x1")
    .replaceAll(/(?<=\w)\.\.\.(?=\s|$)/gu, "");

/** Commands in a document: lines of code, and code in a sentence that says more than the command's name. */
const inDocument = (file: string): Printed[] => {
  const text = textOf(file).replaceAll(/\\\n\s*/gu, "");
  const lines = [...text.matchAll(/^ {4,}(?:\$ )?(?:npx )?buddy ([^\n]*?)(?: {3,}[^\n]*)?$/gmu)];
  const inline = [...text.matchAll(/`(?:npx )?buddy ([^`]+)`/gu)].filter(
    ([, rest = ""]) => /\s/u.test(rest.trim()) && !rest.startsWith("-"),
  );
  return [...lines, ...inline].map(([, rest = ""]) => {
    const written = rest.replaceAll("\n", " ");
    return { at: file, command: filled(written), written };
  });
};

export const documents = (): Printed[] =>
  ["README.md", ...filesUnder("docs", ".md"), ...filesUnder("examples", ".md")].flatMap(inDocument);

/** Commands that sources outside of the CLI print: in texts, never in comments. */
export const elsewhere = (): Printed[] =>
  ["shared", "functions", "local", "infra"]
    .flatMap((folder) => filesUnder(folder, ".ts"))
    .flatMap((file) =>
      textOf(file)
        .replaceAll("\\`", "`")
        .split("\n")
        .filter((line) => !/^\s*(\/\/|\/?\*)/u.test(line))
        .flatMap((line) => [...line.matchAll(/\bbuddy ([a-z]+ [^`",;)]*)/gu)])
        .filter(([, rest = ""]) => COMMANDS.has(rest.split(" ")[0] ?? ""))
        .map(([, rest = ""]) => ({ at: file, command: filled(rest) })),
    );

/** The first word of every command. */
export const COMMANDS = new Set(Object.keys(everyCommand));

/** The words of a command and of those below it. */
const pathsOf = (command: Command, above: readonly string[] = []): string[][] =>
  command.commands.flatMap((below) => {
    const path = [...above, below.name()];
    return [path, ...pathsOf(below, path)];
  });

/** The words of `--help`, of the program and of every command. */
export const helpTexts = async (): Promise<string[]> => {
  const program = new Command();
  for (const add of await commandsFor([])) add(program, { context: fakeContext({}).context, finish: () => {} });
  const texts: string[] = [];
  for (const path of [[], ...pathsOf(program)]) {
    const fake = fakeContext({});
    await runBuddy(fake.context, [...path, "--help"]);
    texts.push(fake.stdout());
  }
  return texts;
};

export const examplesIn = (help: string): Printed[] =>
  [...help.matchAll(/^ {2}\$ buddy (.*)$/gmu)].map(([, rest = ""]) => ({
    at: "help",
    command: filled(rest.replace(/ {5,}.*$/u, "")),
  }));

/** Places in the CLI's sources, outside of its one list of hints, that spell a command with more than its name. */
export const spelt = (): { file: string; text: string }[] =>
  filesUnder("cli", ".ts")
    .filter((file) => file !== "cli/hints.ts")
    .flatMap((file) =>
      textOf(file)
        .split("\n")
        .filter((line) => !/^\s*(\/\/|\/?\*)/u.test(line))
        .flatMap((line) => [...line.matchAll(/\bbuddy ([a-z]+ [^\s`"'\\;,)]+)/gu)])
        .filter(([, rest = ""]) => COMMANDS.has(rest.split(" ")[0] ?? ""))
        .map(([text]) => ({ file, text })),
    );
