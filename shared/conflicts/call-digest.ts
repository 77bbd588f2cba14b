import { canonicalJson, digestOf } from "../audit/digest.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { literalView } from "../plan/references.ts";
import type { PlanStep } from "../plan/tool-execution-plan.ts";

/**
 * Names a call by what it does: tool and resolved arguments, whatever the order of their keys. Two calls with one
 * digest are duplicates. SHA-256 in lower-case hex.
 */
export const callDigest = (tool_name: string, resolvedArguments: JsonObject): string =>
  digestOf("call", { tool_name, arguments: resolvedArguments });

/** The same identity as text: cheaper than a digest where it never leaves the process. */
export const callText = (tool_name: string, resolvedArguments: JsonObject): string =>
  `${tool_name} ${canonicalJson(resolvedArguments)}`;

/** Looks also where nothing is escaped (inside a `$from`), which costs a copy and changes nothing. */
const holdsLiteral = (value: Json): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsLiteral);
  for (const key in value) {
    const held = value[key];
    if (key === "$literal" || (held !== undefined && holdsLiteral(held))) return true;
  }
  return false;
};

/** What is known of a step's arguments before anything ran: `$literal` unwrapped. Most hold none and are not copied. */
export const knownArguments = (step: Pick<PlanStep, "arguments">): JsonObject =>
  holdsLiteral(step.arguments) ? literalView(step.arguments) : step.arguments;
