import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";

/** The side that reads what a schema describes: `asked` what callers send, `answered` what they are told. */
export type Side = "asked" | "answered";

/** Two documents, whose schemas may name others of their own. */
export type Documents = { readonly before: JsonObject; readonly now: JsonObject };

type Compared = Documents & { readonly side: Side; readonly seen: ReadonlySet<string> };

export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value ?? null) ? Object(value) : {});
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const named = (document: JsonObject, schema: JsonObject): JsonObject => {
  const { $ref } = schema;
  if (typeof $ref !== "string") return schema;
  return objectOf(objectOf(objectOf(document.components).schemas)[$ref.slice("#/components/schemas/".length)]);
};

/** The kinds of value that a schema allows, each by itself: of `string | null` two. */
const alternatives = (document: JsonObject, given: Json): JsonObject[] => {
  const schema = named(document, objectOf(given));
  const { anyOf, oneOf, type, ...rest } = schema;
  const some = anyOf ?? oneOf;
  if (some !== undefined) return listOf(some).flatMap((each) => alternatives(document, each));
  if (Array.isArray(type)) return type.map((each) => ({ ...rest, type: each }));
  return [schema];
};

const typeOf = ({ type, const: fixed, enum: words }: JsonObject): string => {
  if (typeof type === "string") return type === "integer" ? "number" : type;
  const [sample] = fixed === undefined ? listOf(words) : [fixed];
  return sample === undefined ? "anything" : sample === null ? "null" : Array.isArray(sample) ? "array" : typeof sample;
};

/** The fields that have one value, by which one kind of object is told from another: `outcome: done`. */
const marks = ({ properties }: JsonObject): string[] =>
  Object.entries(objectOf(properties)).flatMap(([name, each]) => {
    const fixed = objectOf(each).const;
    return fixed === undefined ? [] : [`${name} ${JSON.stringify(fixed)}`];
  });

const isSameKind = (one: JsonObject, other: JsonObject): boolean =>
  typeOf(one) === typeOf(other) && marks(one).every((mark) => marks(other).includes(mark) || marks(other).length === 0);

/** The words of an enumeration; undefined where any value is allowed. */
const wordsOf = ({ enum: words, const: fixed }: JsonObject): string[] | undefined => {
  if (fixed !== undefined) return [JSON.stringify(fixed)];
  return words === undefined ? undefined : listOf(words).map((each) => JSON.stringify(each));
};

/**
 * Everything that a caller of before would run into: values that are asked for otherwise now, or no longer answered.
 * @returns `place: what is wrong`
 */
export const narrowed = (documents: Documents, before: Json, now: Json, side: Side, place: string): string[] =>
  compare({ ...documents, side, seen: new Set() }, before, now, place);

const compare = (compared: Compared, before: Json, now: Json, place: string): string[] => {
  const pair = `${JSON.stringify(objectOf(before).$ref)} ${JSON.stringify(objectOf(now).$ref)}`;
  const refers = objectOf(before).$ref !== undefined;
  if (refers && compared.seen.has(pair)) return [];
  const deeper = refers ? { ...compared, seen: new Set([...compared.seen, pair]) } : compared;
  const [were, are] = [alternatives(compared.before, before), alternatives(compared.now, now)];
  const lost = were.flatMap((was) => lossOf(deeper, was, are, place));
  if (compared.side === "asked") return lost;
  const types = new Set(were.map(typeOf));
  const added = [...new Set(are.map(typeOf))].filter((type) => !types.has(type) && !types.has("anything"));
  return [...lost, ...added.map((type) => `${place}: may be ${type} now`)];
};

/** A kind of value that was allowed, in the best of those that stand in its place. */
const lossOf = (compared: Compared, was: JsonObject, are: readonly JsonObject[], place: string): string[] => {
  const same = are.filter((each) => isSameKind(was, each) || typeOf(each) === "anything");
  const losses = same.map((each) => lossWithin(compared, was, each, place));
  const [least] = losses.toSorted((one, other) => one.length - other.length);
  if (least !== undefined) return least;
  const gone = marks(was)[0] ?? wordsOf(was)?.join(", ") ?? typeOf(was);
  // An answer that is never null any more, or one type of several less, surprises nobody.
  if (compared.side === "answered" && marks(was).length === 0 && are.length > 0 && typeOf(was) === "null") return [];
  return [`${place}: ${gone} is no longer ${compared.side === "asked" ? "taken" : "answered"}`];
};

const lossWithin = (compared: Compared, was: JsonObject, is: JsonObject, place: string): string[] => [
  ...wordLoss(compared.side, was, is, place),
  ...(compared.side === "asked" ? limitLoss(was, is, place) : []),
  ...fieldLoss(compared, was, is, place),
  ...(was.items === undefined || is.items === undefined ? [] : compare(compared, was.items, is.items, `${place}/*`)),
];

const wordLoss = (side: Side, was: JsonObject, is: JsonObject, place: string): string[] => {
  const [words, stay] = [wordsOf(was), wordsOf(is)];
  if (words === undefined)
    return side === "asked" && stay !== undefined ? [`${place}: takes only ${stay.join(", ")} now`] : [];
  if (stay === undefined) return side === "answered" ? [`${place}: may be any value now`] : [];
  const gone = words.filter((word) => !stay.includes(word));
  return gone.length === 0
    ? []
    : [`${place}: ${gone.join(", ")} is no longer ${side === "asked" ? "taken" : "answered"}`];
};

const LEAST = ["minimum", "exclusiveMinimum", "minLength", "minItems"];
const MOST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems"];

const limitLoss = (was: JsonObject, is: JsonObject, place: string): string[] => {
  const tighter = (name: string, sign: 1 | -1): boolean => {
    const [before, now] = [was[name], is[name]];
    if (typeof now !== "number") return false;
    return typeof before !== "number" || (now - before) * sign > 0;
  };
  const limits = [...LEAST.filter((name) => tighter(name, 1)), ...MOST.filter((name) => tighter(name, -1))];
  const shapes = ["pattern", "format"].filter((name) => is[name] !== undefined && is[name] !== was[name]);
  const whole = was.type === "number" && is.type === "integer" ? ["whole numbers only"] : [];
  return [...limits, ...shapes, ...whole].map((name) => `${place}: ${name} is narrower`);
};

const fieldLoss = (compared: Compared, was: JsonObject, is: JsonObject, place: string): string[] => {
  const [before, now] = [objectOf(was.properties), objectOf(is.properties)];
  const [must, mustNow] = [listOf(was.required), listOf(is.required)];
  const asked = compared.side === "asked";
  const demands = asked
    ? mustNow.filter((name) => !must.includes(name)).map((name) => `${place}/${name}: is required now`)
    : [];
  const lost = Object.entries(before).flatMap(([name, each]): string[] => {
    const at = `${place}/${name}`;
    const stands = now[name];
    if (stands !== undefined) {
      const maybe = !asked && must.includes(name) && !mustNow.includes(name) ? [`${at}: may be absent now`] : [];
      return [...maybe, ...compare(compared, each, stands, at)];
    }
    if (!asked) return [`${at}: is no longer answered`];
    return is.additionalProperties === false ? [`${at}: is no longer taken`] : [];
  });
  const closed =
    asked && is.additionalProperties === false && was.additionalProperties !== false && typeOf(was) === "object"
      ? [`${place}: takes no other fields now`]
      : [];
  const others =
    isJsonObject(was.additionalProperties ?? null) && isJsonObject(is.additionalProperties ?? null)
      ? compare(compared, was.additionalProperties ?? {}, is.additionalProperties ?? {}, `${place}/*`)
      : [];
  return [...demands, ...lost, ...closed, ...others];
};
