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
      const lists =
        found.all && found.as.length > 0 && found.as.every((view) => typesOf(view).length > 0 && onlyList(view));
      return lists
        ? `takes a list in ${place}: write ${placeInWords([...tokens, EACH])} for one key for each element`
        : undefined;
    }
    case "impossible": {
      const before = tokens.slice(0, found.depth);
      const token = tokens[found.depth] ?? "";
      if (token === EACH) return `takes each element of ${placeInWords(before)}, which is no list`;
      if (found.in === "list")
        return `takes ${place} out of a list: write ${placeInWords([...before, EACH, ...tokens.slice(found.depth)])} for one key for each element`;
      const argument = before.length === 0 ? token : placeInWords(tokens.slice(0, found.depth + 1)).slice(1, -1);
      const remedy = didYouMean(token, found.names) || "; add it to input_schema";
      return `takes argument ${quoted(argument)}, which the tool does not have${remedy}`;
    }
  }
};

const onlyList = (view: ToolContractInput["input_schema"]): boolean =>
  typesOf(view).every((type) => type === "array" || type === "null");

/** Everything wrong with the places of a key, in words. */
export const placeFaults = ({ input_schema }: Pick<ToolContractInput, "input_schema">, key: string): string[] =>
  templateParts(key).flatMap((part) => {
    const fault = part.kind === "place" ? placeFault(input_schema, part.tokens) : undefined;
    return fault === undefined ? [] : [`resource key ${quoted(key)} ${fault}`];
  });
