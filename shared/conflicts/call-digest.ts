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

const isScalar = (value: Json): boolean => typeof value !== "object" || value === null;

/** What is known of a step's arguments before anything ran. Nothing can be escaped in an object of scalars. */
export const knownArguments = (step: Pick<PlanStep, "arguments">): JsonObject =>
  Object.values(step.arguments).every(isScalar) ? step.arguments : literalView(step.arguments);
