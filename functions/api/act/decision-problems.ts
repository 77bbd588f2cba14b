import type { DecisionRefusal } from "../../../shared/execution/approval/decide.ts";
import { invalidInput, oneViolation, type ProblemKind, problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { standsNowInWords } from "./stands-now.ts";

/** Where in the body of a decision a refusal points; the others concern how things stand. */
const PLACES: Partial<Record<DecisionRefusal["kind"], string>> = {
  wrong_decision: "/decision",
  comment_missing: "/comment",
  arguments_missing: "/arguments",
  arguments_unexpected: "/arguments",
};

const kindOf = (refusal: DecisionRefusal): ProblemKind => (refusal.kind === "four_eyes" ? "forbidden" : "conflict");

/** A refused decision as the caller gets it; the violation's or the detail's words are the rule's. */
export const decisionProblem = (refusal: DecisionRefusal, now?: Problem["stands_now"]): Problem => {
  if (refusal.violations.length > 0) return invalidInput({ violations: [...refusal.violations], more: 0 });
  const path = PLACES[refusal.kind];
  if (path !== undefined) return oneViolation({ path, rule: refusal.kind, message: refusal.message });
  const more = { reason: refusal.kind };
  if (now === undefined) return problemOf(kindOf(refusal), refusal.message, more);
  const detail = `${refusal.message}; ${standsNowInWords(now)}`;
  return problemOf(kindOf(refusal), detail, { ...more, stands_now: now });
};
