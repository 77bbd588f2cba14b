import type { Violation, Violations } from "../../../shared/plan/violation.ts";
import type { Problem } from "../schemas.ts";

/** Every kind of error this API answers with, by the last part of its `type`. */
const KINDS = {
  "invalid-input": [400, "The input is not valid"],
  unauthenticated: [401, "Who is asking is not known"],
  forbidden: [403, "This is not allowed to you"],
  "not-found": [404, "There is no such thing"],
  "method-not-allowed": [405, "This path does not take that method"],
  conflict: [409, "This is not possible as things stand"],
  "too-large": [413, "The request is too large"],
  "unsupported-media-type": [415, "The body is of a type that is not taken here"],
  "range-not-satisfiable": [416, "That range is not in the file"],
  "answer-too-large": [422, "The answer would be too large"],
  "too-many": [429, "There are too many of these"],
  "unfit-answer": [502, "What was answered cannot be passed on"],
  contended: [503, "Others changed this at the same moment"],
  "not-reached": [503, "There was no time left for this"],
  unanswered: [503, "What stands behind this gave no answer"],
  internal: [500, "Something went wrong here"],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemKind = keyof typeof KINDS;
export type ProblemStatus = (typeof KINDS)[ProblemKind][0];

export const PROBLEM_KINDS = Object.entries(KINDS).map(([kind, [status, title]]) => ({ kind, status, title }));

export const problemOf = (
  kind: ProblemKind,
  detail: string,
  more: Omit<Partial<Problem>, "type" | "title" | "status" | "detail"> = {},
): Problem => {
  const [status, title] = KINDS[kind];
  return { type: `urn:buddy:problem:${kind}`, title, status, detail, ...more };
};

export const invalidInput = ({ violations, more }: Violations): Problem => {
  const total = violations.length + more;
  const detail = `${total} ${total === 1 ? "thing is" : "things are"} wrong; nothing was stored`;
  return problemOf("invalid-input", detail, { violations, ...(more > 0 ? { more } : {}) });
};

export const oneViolation = (violation: Violation): Problem => invalidInput({ violations: [violation], more: 0 });

export const notFound = (what: string): Problem => problemOf("not-found", `${what} does not exist`);
export const conflicting = (detail: string): Problem => problemOf("conflict", detail);
