import { distance } from "fastest-levenshtein";
import { MAX_VIOLATIONS_LISTED } from "./violation.ts";

/** Longer texts are not misspelt names. */
const LONGEST_NAME = 128;

/** A name cut so that a message stays readable whatever was sent. */
export const cutName = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);

/** The same in quotes. */
export const quoted = (text: string): string => JSON.stringify(cutName(text));

/** In shorter names, two letters in another order are another name. */
const SHORTEST_SWAPPED = 3;

/** Whether two names differ by neighbours in the wrong order alone: one slip of the fingers, not two. */
const isSwapped = (one: string, other: string): boolean => {
  if (one.length !== other.length || one.length < SHORTEST_SWAPPED) return false;
  const at = [...one].findIndex((_, place) => one[place] !== other[place]);
  return (
    at >= 0 &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(0, at) + one.slice(at + 2) === other.slice(0, at) + other.slice(at + 2)
  );
};

/**
 * The known name that a misspelt one most likely means: at most about a third of its letters differ, two neighbours in
 * the wrong order being one of them.
 */
export const nearestName = (name: string, known: Iterable<string>): string | undefined => {
  if (name.length > LONGEST_NAME) return undefined;
  const allowed = Math.floor((name.length + 1) / 3);
  let best: { name: string; edits: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const [given, meant] = [name.toLowerCase(), candidate.toLowerCase()];
    const edits = isSwapped(given, meant) ? 1 : distance(given, meant);
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { name: candidate, edits };
  }
  return best?.name;
};

/** `; did you mean "x"?` or nothing. */
export const didYouMean = (name: string, known: Iterable<string>): string => {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean ${quoted(nearest)}?`;
};

/** The words about a field that is not known: its likely meaning and the fields there are. */
export const unknownField = (field: string, known: readonly string[]): string => {
  const suggestion = didYouMean(field, known) || ".";
  return `unknown field ${quoted(field)}${suggestion}${known.length > 0 ? ` Known here: ${known.join(", ")}` : ""}`;
};

/**
 * `didYouMean` over one large set of names, at most as often as violations are listed: names beyond that are counted,
 * never read, and comparing each of them with every known name would make a hostile input quadratic.
 */
export const createSuggester = (known: () => Iterable<string>): ((name: string) => string) => {
  const answers = new Map<string, string>();
  return (name) => {
    const answered = answers.get(name);
    if (answered !== undefined) return answered;
    if (answers.size >= MAX_VIOLATIONS_LISTED) return "";
    const answer = didYouMean(name, known());
    answers.set(name, answer);
    return answer;
  };
};
