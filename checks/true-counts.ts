import { type Passage, passagesOf } from "./passages.ts";
import type { ProjectFile } from "./project-files.ts";

/**
 * A number of things that a sentence may state, and how many there are. `phrases` say how sentences name all of them, with
 * `N` for the number in digits or in words: each as narrow as it must be to mean nothing else.
 */
export type Counted = { readonly what: string; readonly count: number; readonly phrases: readonly string[] };

/**
 * Documents and comments that state a count which is not so. A sentence is held to the phrases of `counted`; how many
 * there are comes from the code, so that whatever is added there asks for the sentences that are true no more.
 * @returns `path:line: what is wrong`
 */
export const checkTrueCounts = (files: readonly ProjectFile[], counted: readonly Counted[]): string[] => {
  const statements = counted.flatMap(({ what, count, phrases }) =>
    phrases.map((phrase) => ({ what, count, pattern: patternOf(phrase) })),
  );
  const faultsOf = ({ path, line, text }: Passage): string[] =>
    statements.flatMap(({ what, count, pattern }) =>
      [...text.matchAll(pattern)]
        .filter(([, number = ""]) => numberOf(number) !== count)
        .map(([said]) => `${path}:${line}: says "${said}", and there are ${count} ${what}`),
    );
  return files.flatMap(passagesOf).flatMap(faultsOf);
};

const ONES = [
  ..."zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(" "),
  ..."fifteen sixteen seventeen eighteen nineteen".split(" "),
];
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** Whole numbers below a hundred in words, and any in digits. */
const NUMBER = `\\d[\\d,]*|(?:${TENS.join("|")})(?:-(?:${ONES.slice(1, 10).join("|")}))?|${ONES.toReversed().join("|")}`;

const patternOf = (phrase: string): RegExp => new RegExp(`\\b${phrase.replace("N", `(${NUMBER})`)}\\b`, "gi");

const numberOf = (said: string): number => {
  if (/^\d/.test(said)) return Number(said.replaceAll(",", ""));
  const [tens = "", ones = ""] = said.toLowerCase().split("-");
  const ten = TENS.indexOf(tens);
  return ten < 0 ? ONES.indexOf(tens) : (ten + 2) * 10 + (ones === "" ? 0 : ONES.indexOf(ones));
};
