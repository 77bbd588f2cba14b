import { passagesOf } from "./passages.ts";
import type { ProjectFile } from "./project-files.ts";

/** At the beginning of a comment, or behind the end of a sentence. */
const HARD = /(?:^[\s*]*|[.!?] )((?:Whoever|What|Who)\b[^.!?]{0,60})/g;

/** The name of a test that goes on with the words of what stands around it. */
const LEANING =
  /^ *(?:(?:it|test)(?:\.\w+)?|(?:it|test)\.each\(.*\)|\][ \w]*\))\(\s*(["`])((?:that|and|or|but) (?:(?!\1).){0,60})/gm;

/**
 * Tests whose names begin with "that", "and", "or" or "but": a name is read alone, in a report and where it is searched.
 * @returns `path:line: what is wrong`
 */
export const checkTestNames = (files: readonly ProjectFile[]): string[] =>
  files
    .filter(({ path }) => path.endsWith(".ts"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(LEANING)].map(({ index, 2: said = "" }) => {
        const line = text.slice(0, index).split("\n").length;
        return `${path}:${line}: begin with the thing that is tested: "${said}"`;
      }),
    );

/**
 * Sentences of comments that begin with "whoever", "what" or "who": a reader who is new has to find the actor, or the
 * thing that is described, at their end. The sentence names it first: "The values that ...", "A person who ...".
 * @returns `path:line: what is wrong`
 */
export const checkPlainSentences = (files: readonly ProjectFile[]): string[] =>
  files
    .filter(({ path }) => !path.endsWith(".md"))
    .flatMap(passagesOf)
    .flatMap(({ path, line, text }) =>
      [...text.matchAll(HARD)].map(
        ([, said = ""]) => `${path}:${line}: begin with the actor or the thing: "${said.trim()}"`,
      ),
    );
