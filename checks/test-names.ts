import { type CallExpression, type Expression, parseSync, Visitor } from "oxc-parser";
import type { ProjectFile } from "./project-files.ts";

/**
 * Words that begin no subject: a title that begins with one leaves its subject to what stands around it. Verbs that are
 * nouns as well are left out, for titles may begin with those: "calls of one agent ...".
 */
const LEANING = new Set(
  [
    "is are was were has have had does do did can cannot could may might must should will would lets let",
    "accepts adds admits agrees aligns allow allows appends approves asked asks becomes begin begins believe believes belong belongs",
    "break breaks bring brings carries carry come comes compares cuts decides decrypts defines deletes describes differ differs drops",
    "emits enters enforces extend extends fails feeds fills finds fits follow follows forgets frees gather gathers gets give gives goes grants",
    "happens hears holds honours invokes keep keeps knows lacks lead leads learns leave leaves lengthens lies lifts loads looks loses lowers",
    "makes measures moves needs notices obeys offers opens outlives overlap passes prepares presses prints publishes puts quotes raise raises",
    "reaches refills refuse refuses registers rejects remains remembers removes renews replaces resolves rises rotates",
    "say says scrolls see sees seals sends serves settles shows sorts speaks splits stands stay stays stops suggests summarises survives",
    "take takes tell tells throws touches treats tries turns undoes uses waits wakes walks warns",
    "and but or that which because whose also never not still",
  ].flatMap((words) => words.split(" ")),
);

/**
 * Tests whose titles cannot be read alone, in a report or where they are searched: those that begin with a verb, or go on
 * with a sentence, of which only a `describe` says the subject; and those that another test of their file has as well.
 * @returns `path:line: what is wrong`
 */
export const checkTestNames = (files: readonly ProjectFile[]): string[] =>
  files.filter(({ path, text }) => path.endsWith(".ts") && text.includes('from "vitest"')).flatMap(faultsIn);

const faultsIn = (file: ProjectFile): string[] => {
  const seen = new Set<string>();
  return titlesOf(file).flatMap(({ line, text }) => {
    const at = `${file.path}:${line}`;
    const again = seen.has(text);
    seen.add(text);
    return [
      ...(LEANING.has(/^[a-z]+(?= )/.exec(text)?.[0] ?? "")
        ? [`${at}: begin with the thing that is tested, as nobody reads the describe with it: "${text}"`]
        : []),
      ...(again ? [`${at}: say what sets it apart from the test above that has the same name: "${text}"`] : []),
    ];
  });
};

/** The title of a test, as it stands between its quotes: its placeholders are not filled in. */
type Title = { readonly line: number; readonly text: string };

const titlesOf = ({ path, text }: ProjectFile): Title[] => {
  const titles: Title[] = [];
  const CallExpression = (call: CallExpression): void => {
    const [title, body] = call.arguments;
    if (title === undefined || body === undefined || !isOfTests(call.callee)) return;
    if (title.type !== "TemplateLiteral" && !(title.type === "Literal" && typeof title.value === "string")) return;
    const line = text.slice(0, title.start).split("\n").length;
    titles.push({ line, text: text.slice(title.start + 1, title.end - 1) });
  };
  new Visitor({ CallExpression }).visit(parseSync(path, text).program);
  return titles;
};

/** `it` and `test` themselves, `it.skip`, and what `it.each(...)` returns. */
const isOfTests = (callee: Expression): boolean => {
  if (callee.type === "Identifier") return callee.name === "it" || callee.name === "test";
  if (callee.type === "MemberExpression") return isOfTests(callee.object);
  return callee.type === "CallExpression" && isOfTests(callee.callee);
};
