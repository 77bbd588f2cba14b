import { posix } from "node:path";
import { z } from "zod";
import { isOutside } from "./outside-names.ts";
import { codeOf, type Passage, passagesOf } from "./passages.ts";
import type { ProjectFile } from "./project-files.ts";

/** The names that a sentence may use. */
type Known = {
  /** Every file and every folder of the project, folders without the slash at the end. */
  readonly paths: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** The first part of every path that has a folder. */
  readonly tops: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  readonly states: ReadonlySet<string>;
  /** Every word of the code: of all files but documents, without their comments. */
  readonly words: ReadonlySet<string>;
};

const OUTSIDE_NAMES = "checks/outside-names.ts";
const STATE_MACHINE = "infra/workflow/orchestration.asl.json";
const machine = z.object({ States: z.record(z.string(), z.unknown()) });
const manifest = z.object({ scripts: z.record(z.string(), z.string()) });

/**
 * Documents and comments that name a file, a folder, an npm script, a state of the state machine or a symbol which is not there.
 * Looked at are code spans of Markdown and of comments, links of Markdown, and names of TypeScript files in comments.
 * A symbol is a code span of one word that only code writes so: with a hump or an underscore; it is there where any code has it.
 * A name with `*` or braces stands for several, and one with `<...>` for what a reader puts there: neither is looked at.
 * @returns `path:line: what is wrong`
 */
export const checkTrueNames = (files: readonly ProjectFile[]): string[] => {
  const known = knownOf(files);
  return files
    .flatMap(passagesOf)
    .flatMap((passage) => faultsIn(passage, known).map((fault) => `${passage.path}:${passage.line}: ${fault}`));
};

const knownOf = (files: readonly ProjectFile[]): Known => {
  const paths = new Set<string>();
  for (const { path } of files) {
    for (let at = path; at !== "."; at = posix.dirname(at)) paths.add(at);
  }
  const textOf = (wanted: string): string => files.find(({ path }) => path === wanted)?.text ?? "{}";
  const scripts = manifest.safeParse(JSON.parse(textOf("package.json")));
  return {
    paths,
    names: new Set([...paths].map((path) => posix.basename(path))),
    tops: new Set(files.flatMap(({ path }) => (path.includes("/") ? [path.split("/")[0] ?? ""] : []))),
    scripts: new Set(scripts.success ? Object.keys(scripts.data.scripts) : []),
    states: new Set(statesOf(JSON.parse(textOf(STATE_MACHINE)))),
    words: new Set(files.flatMap((file) => codeOf(file).match(WORD) ?? [])),
  };
};

const WORD = /[A-Za-z_]\w*/g;

/** `takeTurns`, `takeTurns()`, `MAX_AGENTS`, `$BUDDY_TOKEN`: the word, where it is one that no sentence has. Digits are of examples. */
const symbolIn = (span: string): string | undefined =>
  /^\$?((?=\w*(?:[a-z][A-Z]|[A-Za-z]_[A-Za-z]))[A-Za-z_]*[A-Za-z])(?:\(\))?$/.exec(span)?.[1];

const isUnknownSymbol = (span: string, { words }: Known): boolean => {
  const symbol = symbolIn(span);
  return symbol !== undefined && !words.has(symbol) && !isOutside(symbol);
};

/** Names of all states, those inside a Map or a Parallel too. */
const statesOf = (value: unknown): string[] => {
  if (typeof value !== "object" || value === null) return [];
  const found = machine.safeParse(value);
  return [...(found.success ? Object.keys(found.data.States) : []), ...Object.values(value).flatMap(statesOf)];
};

const faultsIn = (passage: Passage, known: Known): string[] => {
  const inMarkdown = passage.path.endsWith(".md");
  const spans = [...passage.text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
  return [
    ...spans
      .filter((span) => isPath(span, known) && !isThere(span, passage, known))
      .map((span) => `there is no ${span}`),
    ...spans
      .filter((span) => isUnknownSymbol(span, known))
      .map((span) => `no code has the name ${span}; one of other software is listed in ${OUTSIDE_NAMES}`),
    ...(inMarkdown ? linksOf(passage.text) : [])
      .filter((target) => !known.paths.has(resolved(target, passage)))
      .map((target) => `its link leads nowhere: ${target}`),
    ...[...passage.text.matchAll(/\bnpm run ([\w:-]+)/g)]
      .filter(([, script = ""]) => !known.scripts.has(script))
      .map(([, script]) => `no script is called ${script}`),
    ...[...passage.text.matchAll(/\b[Tt]he states? `([^`]+)`/g)]
      .filter(([, state = ""]) => !known.states.has(state))
      .map(([, state]) => `the state machine has no state ${state}`),
    ...(inMarkdown ? [] : [...passage.text.matchAll(/(?<![\w/.*-])([\w-]+(?:\.[\w-]+)*\.ts)\b/g)])
      .filter(([, name = ""]) => !known.names.has(name))
      .map(([, name]) => `no file is called ${name}`),
  ];
};

const isPath = (span: string, { tops }: Known): boolean =>
  /^[\w.-]+\/[\w./-]*$/.test(span) && tops.has(span.split("/")[0] ?? "") && !span.includes("//");

/** Named from the project's folder, or from beside the file that names it; an ending may be left out. */
const isThere = (span: string, passage: Passage, { paths }: Known): boolean =>
  [span.replace(/\/$/, ""), resolved(span, passage)].some((path) => paths.has(path) || paths.has(`${path}.ts`));

const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));

const resolved = (target: string, { path }: Passage): string =>
  posix.join(posix.dirname(path), target).replace(/\/$/, "");
