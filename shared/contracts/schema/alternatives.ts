import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { tokensOf, valueAtTokens } from "../../plan/json-pointer.ts";

/** More ways to read schemas at one place than these are not looked at: unions of events, of filters, of blocks have dozens. */
const MOST_ALTERNATIVES = 100;
/** A reference or a choice deeper than this within what is said of one place is not followed. */
const DEEPEST = 16;
/** Schemas that one reader looks at, those it knows already not counted: choices of choices multiply. */
const MOST_LOOKS = 5_000;
/**
 * Keywords and properties that one reader puts together: each way to read one part is merged with each of the next, and
 * large ones cost as much as many. Beyond that, a few ways of each part are.
 */
const MOST_MERGED = 50_000;
const FEW = 12;

/**
 * The meanings that schemas may have, each as one schema without references and choices. Where not `all` are there,
 * another may allow what none of these does.
 */
export type Alternatives = { readonly as: readonly JsonObject[]; readonly all: boolean };

/** Reads what several schemas say of the same place. */
export type Reader = (schemas: readonly Json[]) => Alternatives;

const ANYTHING: Alternatives = { as: [{}], all: true };
const NOTHING: Alternatives = { as: [], all: true };
const UNREAD: Alternatives = { as: [], all: false };

/**
 * A reader of the schemas in `root`, into which their references point. A schema means what it says itself, what it
 * refers to and all of `allOf` at once, with one of each `anyOf` and `oneOf`. One reader does for one look at a
 * contract's schema: it remembers what it has read, and looks at a bounded number of schemas.
 */
export const readerOf = (root: JsonObject): Reader => {
  const known = new WeakMap<JsonObject, Alternatives>();
  let looks = MOST_LOOKS;
  let merges = MOST_MERGED;

  const read = (schema: Json, depth: number): Alternatives => {
    if (schema === true) return ANYTHING;
    if (!isJsonObject(schema)) return NOTHING;
    const before = known.get(schema);
    if (before !== undefined) return before;
    looks -= 1;
    if (depth > DEEPEST || looks < 0) return UNREAD;
    const { $ref, allOf, anyOf, oneOf, ...own } = schema;
    let found: Alternatives = { as: [own], all: true };
    if (typeof $ref === "string") found = bothOf(found, referred($ref, depth));
    for (const each of listOf(allOf)) found = bothOf(found, read(each, depth + 1));
    for (const choice of [anyOf, oneOf])
      if (Array.isArray(choice)) found = bothOf(found, anyOfThese(choice, depth + 1));
    // One that broke off may find more where it is read less deep.
    if (found.all) known.set(schema, found);
    return found;
  };

  const referred = ($ref: string, depth: number): Alternatives => {
    const target = valueAtTokens(root, tokensOf(decodeURIComponent($ref.slice(1))));
    return target === undefined ? NOTHING : read(target, depth + 1);
  };

  const anyOfThese = (schemas: readonly Json[], depth: number): Alternatives => {
    const as: JsonObject[] = [];
    let all = true;
    for (const schema of schemas) {
      if (as.length >= MOST_ALTERNATIVES) return { as, all: false };
      const found = read(schema, depth);
      const room = MOST_ALTERNATIVES - as.length;
      as.push(...found.as.slice(0, room));
      all &&= found.all && found.as.length <= room;
    }
    return { as, all };
  };

  /** Each of the ones together with each of the others. */
  const bothOf = (ones: Alternatives, others: Alternatives): Alternatives => {
    const as: JsonObject[] = [];
    for (const one of ones.as) {
      for (const other of others.as) {
        merges -= weightOf(one) + weightOf(other);
        if (as.length >= (merges < 0 ? FEW : MOST_ALTERNATIVES)) return { as, all: false };
        as.push(merged(one, other));
      }
    }
    return { as, all: ones.all && others.all };
  };

  return (schemas) => anyOfThese(distinct(schemas), 0);
};

/** Without those that are the same, or refer to the same and say no more. */
const distinct = (schemas: readonly Json[]): readonly Json[] => {
  if (schemas.length < 2) return schemas;
  const seen = new Map<Json, Json>();
  for (const schema of schemas) {
    const onlyRefers = isJsonObject(schema) && typeof schema.$ref === "string" && Object.keys(schema).length === 1;
    seen.set(onlyRefers ? (schema.$ref ?? null) : schema, schema);
  }
  return [...seen.values()];
};

const weightOf = (schema: JsonObject): number =>
  Object.keys(schema).length +
  [schema.properties, schema.required, schema.enum, schema.patterns].reduce<number>(
    (sum, each) => sum + (typeof each === "object" && each !== null ? Object.keys(each).length : 0),
    0,
  );

const typesOf = ({ type }: JsonObject): Json[] | undefined =>
  type === undefined ? undefined : Array.isArray(type) ? type : [type];

const isWithin = (type: Json, types: readonly Json[]): boolean =>
  types.includes(type) || (type === "integer" && types.includes("number"));

const commonTypes = (one: JsonObject, other: JsonObject): JsonObject => {
  const [mine, theirs] = [typesOf(one), typesOf(other)];
  if (mine === undefined || theirs === undefined) return {};
  return {
    type: [
      ...mine.filter((type) => isWithin(type, theirs)),
      ...theirs.filter((type) => !mine.includes(type) && isWithin(type, mine)),
    ],
  };
};

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Both at once: the stricter of limits, what both name of properties, each of which must then be both. */
const merged = (one: JsonObject, other: JsonObject): JsonObject => {
  const made: JsonObject = { ...other, ...one, ...commonTypes(one, other) };
  for (const [name, stricter] of LIMITS) {
    const [mine, theirs] = [one[name], other[name]];
    if (typeof mine === "number" && typeof theirs === "number") made[name] = stricter(mine, theirs);
  }
  const required = [...new Set([...listOf(one.required), ...listOf(other.required)])];
  if (required.length > 0) made.required = required;
  if (typeof one.pattern === "string" && typeof other.pattern === "string") {
    made.patterns = [...listOf(one.patterns), ...listOf(other.patterns), one.pattern, other.pattern];
  }
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) {
    const theirs = new Set(other.enum.map((value) => JSON.stringify(value)));
    made.enum = one.enum.filter((value) => theirs.has(JSON.stringify(value)));
  }
  const [mine, theirs] = [one.properties, other.properties];
  if (isJsonObject(mine) && isJsonObject(theirs)) made.properties = bothNamed(mine, theirs);
  if (one.items !== undefined && other.items !== undefined) made.items = { allOf: [one.items, other.items] };
  return made;
};

const bothNamed = (mine: JsonObject, theirs: JsonObject): JsonObject => ({
  ...theirs,
  ...Object.fromEntries(
    Object.entries(mine).map(([name, schema]): [string, Json] => {
      const other = Object.hasOwn(theirs, name) ? theirs[name] : undefined;
      return [name, other === undefined ? schema : { allOf: [schema, other] }];
    }),
  ),
});

const LIMITS: readonly (readonly [string, (one: number, other: number) => number])[] = [
  ["minimum", Math.max],
  ["exclusiveMinimum", Math.max],
  ["minLength", Math.max],
  ["minItems", Math.max],
  ["minProperties", Math.max],
  ["maximum", Math.min],
  ["exclusiveMaximum", Math.min],
  ["maxLength", Math.min],
  ["maxItems", Math.min],
];
