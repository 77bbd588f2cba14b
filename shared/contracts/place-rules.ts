import type { Json, JsonObject } from "../plan/json.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import { placeInWords, templateParts } from "./resource-template.ts";
import { EACH, placeInSchema, typesOf } from "./schema/place-in-schema.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/**
 * Why a place of a resource key names nothing that could be one resource, by the tool's input schema: there is no such
 * argument, or it is a list, whose elements are. A key that is never filled keeps nobody from writing what it names.
 */
const placeFault = (input_schema: ToolContractInput["input_schema"], tokens: readonly string[]): string | undefined => {
  const found = placeInSchema(input_schema, tokens);
  const place = placeInWords(tokens);
  switch (found.kind) {
    case "open":
    case "unnamed":
      return undefined;
    case "described": {
      const kinds = found.as.map(kindsOf);
      if (!found.all || kinds.length === 0 || kinds.some((each) => each.length === 0)) return undefined;
      if (kinds.flat().every((kind) => kind === "null"))
        return `takes ${place}, which is always null and names nothing: take another argument`;
      return kinds.flat().every((kind) => kind === "array" || kind === "null")
        ? `takes a list in ${place}${insteadOf(input_schema, [[...tokens, EACH]])}`
        : undefined;
    }
    case "impossible": {
      const before = tokens.slice(0, found.depth);
      const token = tokens[found.depth] ?? "";
      if (token === EACH) return `takes each element of ${placeInWords(before)}, which is no list`;
      if (found.in === "list")
        return `takes ${place} out of a list${insteadOf(input_schema, [
          [...before, EACH, ...tokens.slice(found.depth)],
          [...before, EACH],
        ])}`;
      const argument = before.length === 0 ? token : placeInWords(tokens.slice(0, found.depth + 1)).slice(1, -1);
      const remedy = didYouMean(token, found.names) || "; add it to input_schema";
      return `takes argument ${quoted(argument)}, which the tool does not have${remedy}`;
    }
  }
};

/** The types that a value may have; none where nothing is said of it. */
const kindsOf = (view: JsonObject): readonly Json[] => {
  const stated = view.const !== undefined ? [view.const] : Array.isArray(view.enum) ? view.enum : undefined;
  return stated === undefined ? typesOf(view) : stated.map(kindOf);
};

const kindOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** The first place of the list's elements that there can be: a remedy that is refused when it is followed is none. */
const insteadOf = (input_schema: JsonObject, places: readonly (readonly string[])[]): string => {
  const place = places.find((tokens) => placeInSchema(input_schema, tokens).kind !== "impossible");
  return place === undefined
    ? ", which never has such an element"
    : `: write ${placeInWords(place)} for one key for each element`;
};

/** Everything wrong with the places of a key, in words. */
export const placeFaults = ({ input_schema }: Pick<ToolContractInput, "input_schema">, key: string): string[] =>
  templateParts(key).flatMap((part) => {
    const fault = part.kind === "place" ? placeFault(input_schema, part.tokens) : undefined;
    return fault === undefined ? [] : [`resource key ${quoted(key)} ${fault}`];
  });
