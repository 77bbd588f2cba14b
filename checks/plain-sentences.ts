import { passagesOf } from "./passages.ts";
import type { ProjectFile } from "./project-files.ts";

/** Folders whose comments are held to it; tests, benches and the end-to-end suite are not yet. */
const HELD = ["shared/", "functions/", "local/", "cli/", "infra/", "simulation/", "checks/", "clients/"];

/** At the beginning of a comment, or behind the end of a sentence. */
const HARD = /(?:^[\s*]*|[.!?] )((?:Whoever|What|Who)\b[^.!?]{0,60})/g;

/**
 * Sentences of comments that begin with "whoever", "what" or "who": a reader who is new has to find the actor, or the
 * thing that is described, at their end. The sentence names it first: "The values that ...", "A person who ...".
 * @returns `path:line: what is wrong`
 */
export const checkPlainSentences = (files: readonly ProjectFile[], held: readonly string[] = HELD): string[] =>
  files
    .filter(({ path }) => !path.endsWith(".md") && held.some((folder) => path.startsWith(folder)))
    .flatMap(passagesOf)
    .flatMap(({ path, line, text }) =>
      [...text.matchAll(HARD)].map(
        ([, said = ""]) => `${path}:${line}: begin with the actor or the thing: "${said.trim()}"`,
      ),
    );
