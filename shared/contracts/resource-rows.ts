import type { Json, JsonObject } from "../plan/json.ts";
import { isAtOrBelow, pointerOf, valueAtTokens } from "../plan/json-pointer.ts";
import { Surprise } from "../plan/surprise.ts";
import type { ArgumentSource } from "../plan/tool-execution-plan.ts";
import type { TemplatePart } from "./resource-template.ts";
import { defaultAt } from "./schema/default-at.ts";
import { EACH } from "./schema/place-in-schema.ts";

/** Elements of lists that one step's resources are looked for among: many may name one resource, or none. */
export const MAX_ELEMENTS = 1_000;

/** The values that fill the keys of one call, and how many elements of lists were looked at so far. */
export type Expanding = {
  readonly input_schema: JsonObject;
  readonly args: JsonObject;
  readonly sources: readonly ArgumentSource[];
  elements: number;
};

/** The lists of a call name too many; `list` is the one at which it shows. */
export class TooMany extends Surprise {
  override readonly name = "TooMany";
  readonly list: readonly string[];
  constructor(list: readonly string[]) {
    super(`too many elements in ${pointerOf(list)}`);
    this.list = list;
  }
}

type Filling = Pick<Expanding, "args" | "input_schema">;

/** The value of a place: what is given there, or else what the input schema's `default` says, of it or of what holds it. */
export const valueOfPlace = ({ args, input_schema }: Filling, tokens: readonly string[]): Json | undefined => {
  const given = valueAtTokens(args, tokens);
  if (given !== undefined) return given;
  let value: Json | undefined = args;
  for (const [depth, token] of tokens.entries()) {
    const here: Json | undefined = value === undefined ? undefined : valueAtTokens(value, [token]);
    value = here === undefined ? defaultAt(input_schema, tokens.slice(0, depth + 1)) : here;
  }
  return value;
};

const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The first list that a place takes the elements of, undefined where it takes none: `EACH` says so, or a list turns out
 * to stand where the place names one value or a part of it. A contract cannot always know which of the two comes.
 */
const listOf = (tokens: readonly string[], filling: Filling): readonly string[] | undefined => {
  for (let depth = 0; depth <= tokens.length; depth += 1) {
    const token = tokens[depth];
    if (token === EACH) return tokens.slice(0, depth);
    const takesElements = token === undefined || !INDEX.test(token);
    if (depth > 0 && takesElements && Array.isArray(valueOfPlace(filling, tokens.slice(0, depth))))
      return tokens.slice(0, depth);
  }
  return undefined;
};

/** The list that the first place with one takes elements of; undefined: no place takes any. */
export const listIn = (parts: readonly TemplatePart[], filling: Filling): readonly string[] | undefined => {
  for (const part of parts) {
    const list = part.kind === "place" ? listOf(part.tokens, filling) : undefined;
    if (list !== undefined) return list;
  }
  return undefined;
};

/** Whether a look at the values tells that no place takes elements of a list: nearly every key is such a one. */
export const areSingle = (parts: readonly TemplatePart[], { args }: Pick<Filling, "args">): boolean =>
  parts.every((part) => {
    if (part.kind === "text") return true;
    const value = valueAtTokens(args, part.tokens);
    return value !== undefined && !Array.isArray(value);
  });

/** A key whose places of lists are all elements at once. */
export const withAllElements = (parts: readonly TemplatePart[], filling: Filling): TemplatePart[] =>
  parts.map((part) =>
    part.kind === "place" && listOf(part.tokens, filling) !== undefined ? { ...part, tokens: [EACH] } : part,
  );

/**
 * The places of one key, with an index of each list: one row of them for each element, made as it is asked for. One value
 * where a list may be is the list of it alone.
 * @throws TooMany
 */
export function* rowsOf(
  parts: readonly TemplatePart[],
  expanding: Expanding,
): Generator<readonly TemplatePart[], void, undefined> {
  const list = listIn(parts, expanding);
  if (list === undefined) {
    yield parts;
    return;
  }
  const pointer = pointerOf(list);
  // A list that is a result has elements that are not known: one key stands for all of them.
  const isResult = expanding.sources.some(({ at }) => isAtOrBelow(pointer, at));
  const value = isResult ? [null] : valueOfPlace(expanding, list);
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    yield* rowsOf(
      parts.map((part) => atElement(part, list, [])),
      expanding,
    );
    return;
  }
  for (const index of value.keys()) {
    expanding.elements += 1;
    if (expanding.elements > MAX_ELEMENTS) throw new TooMany(list);
    yield* rowsOf(
      parts.map((part) => atElement(part, list, [String(index)])),
      expanding,
    );
  }
}

/** Places of one list's elements speak of one element at a time; `index` is empty where the one value stands alone. */
const atElement = (part: TemplatePart, list: readonly string[], index: readonly string[]): TemplatePart => {
  if (part.kind === "text" || list.some((token, at) => part.tokens[at] !== token)) return part;
  const [next, ...rest] = part.tokens.slice(list.length);
  if (next === EACH) return { ...part, tokens: [...list, ...index, ...rest] };
  return next !== undefined && INDEX.test(next)
    ? part
    : { ...part, tokens: part.tokens.toSpliced(list.length, 0, ...index) };
};
