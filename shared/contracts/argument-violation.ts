import type { ErrorObject } from "ajv";
import { cutText } from "../plan/cut-text.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";
import { COUNTED } from "./schema/check-budget.ts";
import { BOUNDED } from "./schema/fault-limit.ts";

/**
 * A finding of ajv; the violation it becomes is made where it is listed, for callers that weigh the keyword first. `by`: the
 * place in the schema that finds it.
 */
export type ArgumentFault = {
  readonly keyword: string;
  readonly at: string;
  readonly by: string;
  readonly said: () => Violation;
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const knownProperties = (error: ErrorObject): string[] => {
  const properties: unknown = error.parentSchema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
};

/** So many allowed values are told, and so much of each: a fault stands at every place that has it. */
const VALUES_TOLD = 20;
const LONGEST_VALUE = 80;

const told = (value: unknown): string => cutText(JSON.stringify(value) ?? "", LONGEST_VALUE);

const toldOf = (allowed: readonly unknown[]): string => {
  const first = allowed.slice(0, VALUES_TOLD).map(told).join(", ");
  return allowed.length <= VALUES_TOLD ? first : `${first}, or ${allowed.length - VALUES_TOLD} more`;
};

/**
 * A schema that nothing fits, `false` or the same as `{"not": {}}`, stands for a place itself (`properties: {a: false}`), or
 * for a case (`dependentSchemas: {a: false}`).
 */
const OF_A_PLACE =
  /\/(?:(?:properties|patternProperties|prefixItems)\/[^/]+|items|propertyNames)\/(?:false schema|not)$/;

/** A schema as its contract has it, without what the check put into it. */
const asWritten = (schema: unknown): string =>
  JSON.stringify(schema, (key, value: unknown) => (key === BOUNDED || key === COUNTED ? undefined : value)) ?? "";

const isAnything = (written: string): boolean => written === "true" || written === "{}";

/** How faults are told: whoever wrote arguments may mend them, and an output is as it came. */
export type Telling = {
  /** `because`: ` where "card" is given`, or nothing. */
  readonly missing: (name: string, because: string) => string;
  readonly extra: (name: string, known: readonly string[]) => string;
  readonly nothing_here: string;
  readonly nothing_so: string;
};

export const OF_ARGUMENTS: Telling = {
  missing: (name, because) => `argument ${quoted(name)} is required${because}`,
  extra: (name, known) => `the tool takes no argument ${quoted(name)}${didYouMean(name, known) || "; leave it out"}`,
  nothing_here: "the tool takes nothing here; leave it out",
  nothing_so: "the tool takes nothing of this form",
};

export const OF_AN_OUTPUT: Telling = {
  missing: (_name, because) => `is required${because}, and is missing`,
  extra: () => "is not among the fields that may be there",
  nothing_here: "may not be there",
  nothing_so: "may not be of this form",
};

/** The likely reason that a text is not of its format, as far as it can be seen at a glance. */
const whyNoFormat = ({ data, params }: ErrorObject): string => {
  if (typeof data !== "string") return "";
  if (data !== data.trim()) return ": it begins or ends with a space";
  const beyond = /[^\u0020-\u007e]/u.exec(data)?.[0];
  const isEmail = text(params.format) === "email";
  if (isEmail && !data.includes("@")) return ": it has no @";
  if (beyond === undefined) return "";
  const domain = isEmail && !data.slice(0, data.lastIndexOf("@")).includes(beyond);
  return `: it holds ${quoted(beyond)}${domain ? ", and a domain is written here as it is sent (xn--...)" : ""}`;
};

const forbidden = (error: ErrorObject, { nothing_here, nothing_so }: Telling): Violation => {
  const { instancePath: at, propertyName, schemaPath } = error;
  const path = propertyName === undefined ? at : pointerTo(at, propertyName);
  return { path, rule: "argument_forbidden", message: OF_A_PLACE.test(schemaPath) ? nothing_here : nothing_so };
};

/**
 * A finding of ajv, as a violation: a place of its own for what is missing or too much, which ajv reports at the object
 * around it.
 */
export const toViolation = (error: ErrorObject, telling: Telling): Violation => {
  const at = error.instancePath;
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
    case "dependencies": {
      const missing = text(error.params.missingProperty);
      const because = error.keyword === "required" ? "" : ` where ${text(error.params.property)} is given`;
      return {
        path: pointerTo(at, missing),
        rule: "argument_required",
        message: telling.missing(missing, because),
      };
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const extra = text(error.params.additionalProperty ?? error.params.unevaluatedProperty);
      return {
        path: pointerTo(at, extra),
        rule: "argument_unknown",
        message: telling.extra(extra, knownProperties(error)),
      };
    }
    case "enum": {
      const allowed = Array.isArray(error.params.allowedValues) ? error.params.allowedValues : [];
      return {
        path: at,
        rule: "argument_value",
        message: `must be one of ${toldOf(allowed)}`,
      };
    }
    case "const":
      return { path: at, rule: "argument_value", message: `must be ${told(error.params.allowedValue)}` };
    case "false schema":
      return forbidden(error, telling);
    case "not": {
      const written = asWritten(error.schema);
      if (isAnything(written)) return forbidden(error, telling);
      const message = `must be of another form than ${cutText(written, LONGEST_VALUE)}`;
      return { path: at, rule: "argument_not", message };
    }
    case "format":
      return { path: at, rule: "argument_format", message: `${error.message ?? "fails format"}${whyNoFormat(error)}` };
    default:
      return { path: at, rule: `argument_${error.keyword}`, message: error.message ?? `fails ${error.keyword}` };
  }
};
