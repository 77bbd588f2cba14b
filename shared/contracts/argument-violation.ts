import type { ErrorObject } from "ajv";
import { cutText } from "../plan/cut-text.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";

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

/** A schema that is `false` stands for a place itself (`properties: {a: false}`), or for a case (`dependentSchemas: {a: false}`). */
const OF_A_PLACE = /\/(?:(?:properties|patternProperties|prefixItems)\/[^/]+|items|propertyNames)\/false schema$/;

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

/**
 * A finding of ajv, as a violation: a place of its own for what is missing or too much, which ajv reports at the object
 * around it.
 */
export const toViolation = (error: ErrorObject): Violation => {
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
        message: `argument ${quoted(missing)} is required${because}`,
      };
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const extra = text(error.params.additionalProperty ?? error.params.unevaluatedProperty);
      const suggestion = didYouMean(extra, knownProperties(error)) || "; leave it out";
      return {
        path: pointerTo(at, extra),
        rule: "argument_unknown",
        message: `the tool takes no argument ${quoted(extra)}${suggestion}`,
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
    case "false schema": {
      const path = error.propertyName === undefined ? at : pointerTo(at, error.propertyName);
      const taken = OF_A_PLACE.test(error.schemaPath) ? "the tool takes nothing here; leave it out" : undefined;
      return { path, rule: "argument_forbidden", message: taken ?? "the tool takes nothing of this form" };
    }
    case "format":
      return { path: at, rule: "argument_format", message: `${error.message ?? "fails format"}${whyNoFormat(error)}` };
    default:
      return { path: at, rule: `argument_${error.keyword}`, message: error.message ?? `fails ${error.keyword}` };
  }
};
