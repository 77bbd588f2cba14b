import type { JsonObject } from "../../plan/json.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";
import { guardedPattern } from "../pattern/guarded-pattern.ts";
import { draftOf } from "./drafts.ts";
import { plainSchema } from "./plain-schema.ts";
import { SET } from "./set.ts";
import { everySchema } from "./subschemas.ts";
import { instanceFor } from "./validator.ts";

/** Annotations of the specification's drafts, of OpenAPI and of ours, which nobody takes for a check. */
const ANNOTATIONS = new Set([
  ..."$comment $vocabulary $defs definitions title description default examples deprecated readOnly writeOnly contentMediaType contentEncoding contentSchema example xml externalDocs discriminator".split(
    " ",
  ),
  SET,
]);

const MOST_SHOWN = 3;

/**
 * The parts of a schema that check nothing here, in words that name it and its places: keywords and formats that nobody
 * knows, which the specification has taken as annotations. A misspelt keyword is among them, so the one it is near to is
 * named. Also what had to be guessed: the draft, and patterns that only the older way reads.
 */
export const schemaWarnings = (schema: JsonObject, at: string): string[] => {
  const stated = draftOf(schema);
  const plain = plainSchema(schema);
  if (stated === undefined || !plain.ok) return [];
  const ajv = instanceFor(stated.draft);
  const isKeyword = (name: string) => ajv.getKeyword(name) !== false;
  const found = new Map<string, string[]>();
  const note = (what: string, place: string) => found.set(what, [...(found.get(what) ?? []), place]);
  for (const { schema: each, at: place } of everySchema(plain.value.schema, at)) {
    for (const [name, value] of Object.entries(each)) {
      if (name === "format" && typeof value === "string" && ajv.formats[value] === undefined) {
        note(`format ${quoted(value)} is not known, so it checks nothing`, place);
      } else if (!isKeyword(name) && !ANNOTATIONS.has(name)) {
        const meant = didYouMean(name, Object.keys(ajv.RULES.keywords).filter(isKeyword));
        note(`keyword ${quoted(name)} is not known, so it checks nothing${meant}`, place);
      } else if (name === "pattern" && typeof value === "string") {
        const pattern = guardedPattern(value);
        if (pattern.ok && pattern.value.older) note(`pattern ${quoted(value)} is read as before 2019-09`, place);
      }
    }
  }
  const guessed =
    !stated.stated && stated.draft !== "2020-12" ? [`${at} names no draft and is read as ${stated.draft}`] : [];
  return [...guessed, ...[...found].map(([what, places]) => `${what} (${inWords(places)})`)];
};

const inWords = (places: readonly string[]): string => {
  const shown = places.slice(0, MOST_SHOWN).join(", ");
  return places.length > MOST_SHOWN ? `${shown} and ${places.length - MOST_SHOWN} more` : shown;
};
