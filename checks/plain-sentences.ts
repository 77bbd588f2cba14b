import { passagesOf } from "./passages.ts";
import type { ProjectFile } from "./project-files.ts";

/** At the beginning of a comment, or behind the end of a sentence. */
const HARD = /(?:^[\s*]*|[.!?] )((?:Whoever|What|Who)\b[^.!?]{0,60})/g;

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
