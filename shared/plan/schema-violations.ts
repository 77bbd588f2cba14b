import { z } from "zod";
import { NOT_JSON } from "./json.ts";
import { jsonFaults } from "./json-faults.ts";
import { pointerOf, pointerTo } from "./json-pointer.ts";
import { unknownField } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The inner schema of optional, nullable and defaulted fields. */
const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema;

const childSchema = (schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined => {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)];
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodRecord ? inner.valueType : undefined;
};

/** The schema of a place; undefined where it leads through forms that a value may have. */
const schemaAt = (root: z.core.$ZodType, path: Path): z.core.$ZodType | undefined => {
  let schema: z.core.$ZodType | undefined = root;
  for (const key of path) schema = schema === undefined ? undefined : childSchema(schema, key);
  return schema === undefined ? undefined : unwrapped(schema);
};

/** Of the forms that a value may have, those whose words it says (`"kind": "agent"`); all where it says none of any. */
const formsOf = (forms: readonly z.core.$ZodType[], given: unknown): z.ZodObject[] => {
  const objects = forms.filter((form) => form instanceof z.ZodObject);
  const said = new Map(typeof given === "object" && given !== null ? Object.entries(given) : []);
  const meant = objects.filter(({ shape }) =>
    Object.entries(shape).some(([name, field]) => field instanceof z.ZodLiteral && field.values.has(said.get(name))),
  );
  return meant.length > 0 ? meant : objects;
};

/** The field names that an object schema at `path` knows of what was given; none where the schema there is not an object. */
const knownFields = (root: z.core.$ZodType, path: Path, given: unknown): string[] => {
  const inner = schemaAt(root, path);
  if (inner instanceof z.ZodUnion) {
    return [...new Set(formsOf(inner.options, given).flatMap(({ shape }) => Object.keys(shape)))];
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
};

/** Names the words that a place takes, where it takes some; the fields of an object that it takes otherwise. */
const noneOf = (schema: z.core.$ZodType | undefined): string => {
  const forms = schema instanceof z.ZodUnion ? schema.options : [];
  const words = forms.flatMap((form) => (form instanceof z.ZodLiteral ? [...form.values] : []));
  const objects = forms.filter((form) => form instanceof z.ZodObject);
  const named = [
    ...words.map((word) => JSON.stringify(word)),
    ...objects.map(({ shape }) => `an object with ${Object.keys(shape).join(", ")}`),
  ];
  return named.length === 0 ? "is none of the forms allowed here" : `must be ${named.join(" or ")}`;
};

const nameOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isFinite(value) ? "a number" : String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
};

/** A number that is not whole is named, since that it is a number is not what is wrong with it. */
const numberOf = (value: unknown): string => (typeof value === "number" ? String(value) : nameOf(value));

const ARTICLES: Record<string, string> = {
  array: "an array",
  object: "an object",
  record: "an object",
  int: "a whole number",
};
const expectedName = (expected: string): string => ARTICLES[expected] ?? `a ${expected}`;

/** The words of a schema itself (`{ error: "..." }`) is kept; zod's own wording is replaced. */
const own = (issue: Issue, words: string): string =>
  /^(Invalid|Too |Unrecognized)/.test(issue.message) ? words : issue.message;

const bound = (issue: Issue & { code: "too_small" | "too_big" }): string => {
  const [word, limit] = issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  if (issue.origin === "string") return `must have ${word} ${limit} characters`;
  if (issue.origin === "array") return `must have ${word} ${limit} ${Number(limit) === 1 ? "entry" : "entries"}`;
  const strict = issue.inclusive === false ? (issue.code === "too_small" ? "more than" : "less than") : word;
  return `must be ${strict} ${limit}`;
};

/** Of a union's branches, the one that came furthest: whose complaint lies deepest. */
const bestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depth = (issues: readonly Issue[]) =>
    Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)));
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best), branches[0] ?? []);
};

/** Rules that a value breaks which is not JSON. JSON may break the others of `jsonFaults`, as a number may that loses digits. */
const KEPT_FROM_JSON = ["not_json", "reserved_name"];

/** The faults that keep a value from being JSON, each at its place; none where it is JSON of another kind than is asked for. */
const insideOf = ({ message, input }: Issue, path: string): Violation[] =>
  message === NOT_JSON.value || message === NOT_JSON.object
    ? jsonFaults(input)
        .violations.filter(({ rule }) => KEPT_FROM_JSON.includes(rule))
        .map((each) => ({ ...each, path: `${path}${each.path}` }))
    : [];

const describe = (issue: Issue, schema: z.core.$ZodType, at: string, outer: Path): Violation[] => {
  const here: Path = [...outer, ...issue.path];
  const path = `${at}${pointerOf(here)}`;
  switch (issue.code) {
    case "invalid_type": {
      if (issue.input === undefined) return [{ path, rule: "required", message: own(issue, "is required") }];
      const given = issue.expected === "int" ? numberOf(issue.input) : nameOf(issue.input);
      const words = `must be ${expectedName(issue.expected)}, not ${given}`;
      return [{ path, rule: "type", message: own(issue, words) }];
    }
    case "unrecognized_keys": {
      const known = knownFields(schema, here, issue.input);
      return issue.keys.map((key) => ({
        path: pointerTo(path, key),
        rule: "unknown_field",
        message: unknownField(key, known),
      }));
    }
    case "too_small":
    case "too_big":
      return [{ path, rule: "range", message: own(issue, bound(issue)) }];
    case "invalid_format":
      return [{ path, rule: "format", message: own(issue, `must be a valid ${issue.format}`) }];
    case "invalid_value":
      return [
        {
          path,
          rule: "value",
          message: own(issue, `must be ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}`),
        },
      ];
    case "invalid_key":
    case "invalid_element":
      return issue.issues.map((inner) => ({
        path,
        rule: "name",
        message: `this name ${own(inner, "is not allowed")}`,
      }));
    case "invalid_union": {
      const branch = withoutEngineLimits(bestBranch(issue.errors));
      const deep = branch.some((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys");
      if (deep) return branch.flatMap((inner) => describe(inner, schema, at, here));
      return [{ path, rule: "value", message: own(issue, noneOf(schemaAt(schema, here))) }];
    }
    default: {
      const inside = issue.input === undefined ? [] : insideOf(issue, path);
      return inside.length > 0 ? inside : [{ path, rule: "value", message: issue.message }];
    }
  }
};

/** A whole number that is far beyond the bound of its field is also beyond what the engine counts exactly: the bound is what to keep to. */
const withoutEngineLimits = (issues: readonly Issue[]): Issue[] =>
  issues.filter(
    (issue) =>
      !isEngineLimit(issue) ||
      !issues.some((other) => other !== issue && other.code === issue.code && isSamePlace(other, issue)),
  );

const isEngineLimit = (issue: Issue): boolean =>
  (issue.code === "too_big" || issue.code === "too_small") && issue.origin === "int";

const isSamePlace = (one: Issue, other: Issue): boolean => pointerOf(one.path) === pointerOf(other.path);

/**
 * Refusals of a schema, as violations: each with its JSON Pointer below `at` and a message in words; an unknown field
 * comes with the name it most likely means. Parse with `{ reportInput: true }`, so that a message can say what it got.
 */
export const schemaViolations = (error: z.ZodError, schema: z.core.$ZodType, at = ""): Violation[] =>
  withoutEngineLimits(error.issues).flatMap((issue) => describe(issue, schema, at, []));
