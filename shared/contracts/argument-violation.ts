import type { ErrorObject } from "ajv";
import { pointerTo } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const knownProperties = (error: ErrorObject): string[] => {
  const properties: unknown = error.parentSchema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
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
        message: `must be one of ${allowed.map((value) => JSON.stringify(value)).join(", ")}`,
      };
    }
    case "const":
      return { path: at, rule: "argument_value", message: `must be ${JSON.stringify(error.params.allowedValue)}` };
    default:
      return { path: at, rule: `argument_${error.keyword}`, message: error.message ?? `fails ${error.keyword}` };
  }
};
