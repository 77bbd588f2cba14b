import { checkCall } from "../../contracts/check-call.ts";
import { argumentSizeFault } from "../../plan/argument-size.ts";
import { jsonFaults } from "../../plan/json-faults.ts";
import { referencesIn } from "../../plan/references.ts";
import type { Violation } from "../../plan/violation.ts";
import type { ApprovalRequest } from "./approval.ts";
import type { Circumstances, Decision, DecisionRefusal } from "./decision.ts";
import { because } from "./decision-standing.ts";

const digestMatches = (request: ApprovalRequest, { digest }: Decision): DecisionRefusal | undefined =>
  digest === request.digest
    ? undefined
    : because("digest_changed", "the digest is not that of this request: read it again and decide on what it says now");

const commentGiven = ({ decision, comment }: Decision): DecisionRefusal | undefined =>
  (decision === "edit" || decision === "reject") && (comment === null || comment.trim() === "")
    ? because("comment_missing", `${decision} needs a comment: who proposed the step learns from it`)
    : undefined;

/** A decision is on record before the event that tells of it is hashed: what cannot be hashed must not come so far. */
const commentFits = ({ comment }: Decision): DecisionRefusal | undefined => {
  const { violations } = jsonFaults({ comment });
  return violations.length === 0
    ? undefined
    : because("comment_invalid", "the comment cannot be put on record", violations);
};

const argumentsFit = (
  decision: Decision,
  { contract }: Pick<Circumstances, "contract">,
): DecisionRefusal | undefined => {
  const args = decision.arguments;
  if (decision.decision !== "edit") {
    return args === null ? undefined : because("arguments_unexpected", "arguments come with edit only");
  }
  if (args === null) return because("arguments_missing", "edit needs the whole arguments, as they shall be");
  const faults = jsonFaults(args);
  if (faults.violations.length > 0) return invalid(faults.violations);
  const message = argumentSizeFault(args);
  if (message !== undefined) return invalid([{ path: "", rule: "arguments_too_large", message }]);
  const { sources } = referencesIn(args);
  if (sources.length > 0) {
    return invalid(
      sources.map(({ at }) => ({ path: at, rule: "edit_reference", message: "must be a value, not a $from" })),
    );
  }
  const violations = checkCall(contract, args);
  return violations.length === 0 ? undefined : invalid(violations);
};

const invalid = (violations: readonly Violation[]): DecisionRefusal =>
  because(
    "arguments_invalid",
    "the edited arguments cannot be used",
    violations.map((violation) => ({ ...violation, path: `/arguments${violation.path}` })),
  );

/** Why what the decision says cannot be taken: digest, comment, arguments. */
export const contentRefusal = (
  request: ApprovalRequest,
  decision: Decision,
  circumstances: Pick<Circumstances, "contract">,
): DecisionRefusal | undefined =>
  digestMatches(request, decision) ??
  commentGiven(decision) ??
  commentFits(decision) ??
  argumentsFit(decision, circumstances);
