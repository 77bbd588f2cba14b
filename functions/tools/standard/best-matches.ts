import type { JsonObject } from "../../../shared/plan/json.ts";

/** A record that answers a query, with how well: 3 a field is the query, 2 every word is in it, 1 some words are. */
export type Match = { value: JsonObject; score: number };

/**
 * Records that match at least as well as `least`, best first; equally good ones keep the order they came in. An empty
 * query matches nothing.
 */
export const bestMatches = (query: string, values: readonly JsonObject[], least: 1 | 2): Match[] =>
  values
    .map((value) => ({ value, score: scoreOf(query.trim().toLowerCase(), value) }))
    .filter(({ score }) => score >= least)
    .sort((one, other) => other.score - one.score);

/**
 * The one match that is better than all others. With two equally good ones there is none: whoever feeds it into a
 * write must not get the wrong record by chance.
 */
export const singleBest = (matches: readonly Match[]): JsonObject | undefined => {
  const [first, second] = matches;
  return first !== undefined && first.score > (second?.score ?? 0) ? first.value : undefined;
};

const scoreOf = (query: string, value: JsonObject): number => {
  const texts = Object.values(value).flatMap((field) => (typeof field === "string" ? [field.toLowerCase()] : []));
  if (query === "") return 0;
  if (texts.includes(query)) return 3;
  const words = wordsOf(query);
  const present = new Set(texts.flatMap(wordsOf));
  const found = words.filter((word) => present.has(word)).length;
  if (found === 0) return 0;
  return found === words.length ? 2 : 1;
};

/** Words without the punctuation around them; a mail address is one word. */
const wordsOf = (text: string): string[] =>
  text.split(/\s+/u).flatMap((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "") || []);
