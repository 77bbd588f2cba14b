import { z } from "zod";
import { checkArguments } from "../contracts/input-schema.ts";
import type { ToolContract } from "../contracts/tool-contract.ts";
import type { JsonObject } from "../plan/json.ts";
import { jsonFaults } from "../plan/json-faults.ts";
import { referencesIn } from "../plan/references.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import type { Violation } from "../plan/violation.ts";
import type { ApprovalKind, ApprovalRequest, ApprovalStatus } from "./approval.ts";
import { MAX_ARGUMENT_BYTES } from "./limits.ts";

export const decisionWord = z.enum(["approve", "reject", "edit", "happened", "did_not_happen", "undone", "accepted"]);
export type DecisionWord = z.infer<typeof decisionWord>;

/** What can be decided on each kind of request. */
export const DECISIONS = {
  approve: ["approve", "reject", "edit"],
  reconcile: ["happened", "did_not_happen"],
  reconcile_undo: ["happened", "did_not_happen"],
  undo_failed: ["undone", "accepted"],
} as const satisfies Record<ApprovalKind, readonly DecisionWord[]>;

/** Edits of one step. After that the plan is wrong, not its arguments: reject it and say what it should have been. */
export const MAX_EDITS = 3;

export type Decision = {
  readonly decision: DecisionWord;
  /** Of the request as the person saw it. */
  readonly digest: string;
  readonly comment: string | null;
  /** The whole arguments as they shall be; with `edit` only. */
  readonly arguments: JsonObject | null;
};

/** What the rules need to know beside the request. */
export type Circumstances = {
  readonly contract: Pick<ToolContract, "tool_name" | "input_schema">;
  /** Edits of the step so far. */
  readonly edits: number;
  /** Why the step is locked; null while it is not. */
  readonly locked: string | null;
  /** Decided together with others in one act. */
  readonly together: boolean;
};

export const REFUSALS = [
  "closed",
  "expired",
  "locked",
  "wrong_decision",
  "four_eyes",
  "voted_already",
  "not_opened",
  "edits_exhausted",
  "digest_changed",
  "comment_missing",
  "arguments_missing",
  "arguments_unexpected",
  "arguments_invalid",
] as const;
export type DecisionRefusal = {
  readonly kind: (typeof REFUSALS)[number];
  readonly message: string;
  readonly violations: readonly Violation[];
};

type Asked = Circumstances & {
  readonly request: ApprovalRequest;
  readonly word: DecisionWord;
  readonly caller: string;
  readonly now: string;
};
type Rule = (asked: Asked) => DecisionRefusal | undefined;

const because = (
  kind: DecisionRefusal["kind"],
  message: string,
  violations: readonly Violation[] = [],
): DecisionRefusal => ({ kind, message, violations });

const isOpen: Rule = ({ request }) =>
  request.status === "open"
    ? undefined
    : because(
        "closed",
        `it is ${request.status} already${request.decided_by === null ? "" : `, by ${request.decided_by}`}`,
      );

const fitsKind: Rule = ({ request, word }) => {
  const possible: readonly DecisionWord[] = DECISIONS[request.kind];
  return possible.includes(word)
    ? undefined
    : because(
        "wrong_decision",
        `a request of kind ${request.kind} is decided by ${possible.join(" or ")}, not by ${word}`,
      );
};

/** The moment it expires belongs to the expiry. */
const inTime: Rule = ({ request, now }) =>
  request.expires_at === null || Date.parse(now) < Date.parse(request.expires_at)
    ? undefined
    : because("expired", `it expired at ${request.expires_at}; nothing was done`);

/** Reconciling says what has happened already, and no lock changes that. */
const notLocked: Rule = ({ request, locked }) =>
  locked === null || request.kind !== "approve"
    ? undefined
    : because("locked", `its step is ${locked}; it can be decided after unlock and resume`);

/** Stopping needs no second person: a rejection, or an edit, which is asked anew and excludes its editor. */
const fourEyes: Rule = ({ request, word, caller }) => {
  const needed = request.kind !== "approve" || (request.risk_level === "HIGH" && word === "approve");
  if (!needed || !request.excluded.includes(caller)) return undefined;
  return because("four_eyes", `${caller} submitted it, owns its agent or last edited it: somebody else must decide`);
};

const onlyOnce: Rule = ({ request, word, caller }) =>
  word === "approve" && request.votes.some((vote) => vote.by === caller)
    ? because("voted_already", `${caller} has approved it: ${request.votes.length} of ${request.approvals_required}`)
    : undefined;

const openedFirst: Rule = ({ request, together, caller }) =>
  together && request.risk_level === "HIGH" && !request.opened_by.includes(caller)
    ? because("not_opened", `it is HIGH risk: ${caller} must open it before deciding it together with others`)
    : undefined;

const editsLeft: Rule = ({ word, edits }) =>
  word === "edit" && edits >= MAX_EDITS
    ? because("edits_exhausted", `its step was edited ${edits} times, which is the most; approve or reject it`)
    : undefined;

/** Who may decide what, now: everything but the content of the decision. */
const STANDING: readonly Rule[] = [isOpen, fitsKind, inTime, notLocked, fourEyes, onlyOnce, openedFirst, editsLeft];

const digestMatches = (request: ApprovalRequest, { digest }: Decision): DecisionRefusal | undefined =>
  digest === request.digest
    ? undefined
    : because("digest_changed", "the digest is not that of this request: read it again and decide on what it says now");

const commentGiven = ({ decision, comment }: Decision): DecisionRefusal | undefined =>
  (decision === "edit" || decision === "reject") && (comment === null || comment.trim() === "")
    ? because("comment_missing", `${decision} needs a comment: who proposed the step learns from it`)
    : undefined;

const argumentsFit = (decision: Decision, { contract }: Circumstances): DecisionRefusal | undefined => {
  const args = decision.arguments;
  if (decision.decision !== "edit") {
    return args === null ? undefined : because("arguments_unexpected", "arguments come with edit only");
  }
  if (args === null) return because("arguments_missing", "edit needs the whole arguments, as they shall be");
  const faults = jsonFaults(args);
  if (faults.violations.length > 0) return invalid(faults.violations);
  const bytes = Buffer.byteLength(JSON.stringify(args));
  if (bytes > MAX_ARGUMENT_BYTES) {
    const message = `has ${bytes} bytes; the arguments of one step may have ${MAX_ARGUMENT_BYTES}`;
    return invalid([{ path: "", rule: "arguments_too_large", message }]);
  }
  const { sources } = referencesIn(args);
  if (sources.length > 0) {
    return invalid(
      sources.map(({ at }) => ({ path: at, rule: "edit_reference", message: "must be a value, not a $from" })),
    );
  }
  const violations = checkArguments(contract, args);
  return violations.length === 0 ? undefined : invalid(violations);
};

const invalid = (violations: readonly Violation[]): DecisionRefusal =>
  because(
    "arguments_invalid",
    "the edited arguments cannot be used",
    violations.map((violation) => ({ ...violation, path: `/arguments${violation.path}` })),
  );

const RESULTS = {
  reject: "rejected",
  edit: "edited",
  happened: "happened",
  did_not_happen: "did_not_happen",
  undone: "undone",
  accepted: "accepted",
} as const satisfies Record<Exclude<DecisionWord, "approve">, ApprovalStatus>;

/**
 * The request after `caller` decided, or why it cannot be decided so. `now` is ISO 8601, UTC. A vote that is not the
 * last of `approvals_required` leaves it open. `version` is unchanged: the store's conditional write counts it.
 */
export const decide = (
  request: ApprovalRequest,
  decision: Decision,
  caller: string,
  now: string,
  circumstances: Circumstances,
): Result<ApprovalRequest, DecisionRefusal> => {
  const asked = { ...circumstances, request, word: decision.decision, caller, now };
  const refusal =
    firstRefusal(asked) ??
    digestMatches(request, decision) ??
    commentGiven(decision) ??
    argumentsFit(decision, circumstances);
  if (refusal !== undefined) return refuse(refusal);
  const closed = { decided_at: now, decided_by: caller, comment: decision.comment };
  if (decision.decision !== "approve") {
    const edited_arguments = decision.decision === "edit" ? decision.arguments : null;
    return accept({ ...request, ...closed, status: RESULTS[decision.decision], edited_arguments });
  }
  const votes = [...request.votes, { by: caller, at: now, comment: decision.comment }];
  return votes.length < request.approvals_required
    ? accept({ ...request, votes })
    : accept({ ...request, ...closed, votes, status: "approved" });
};

const firstRefusal = (asked: Asked): DecisionRefusal | undefined => {
  for (const rule of STANDING) {
    const refusal = rule(asked);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** What `caller` may decide on a request, taken by itself, and why nothing more. */
export const mayDecide = (
  request: ApprovalRequest,
  caller: string,
  now: string,
  circumstances: Pick<Circumstances, "edits" | "locked">,
): { may: DecisionWord[]; because: string | null } => {
  const may: DecisionWord[] = [];
  let why: string | null = null;
  for (const word of DECISIONS[request.kind]) {
    const contract = { tool_name: request.tool_name, input_schema: {} };
    const refusal = firstRefusal({ ...circumstances, contract, together: false, request, word, caller, now });
    if (refusal === undefined) may.push(word);
    else why ??= refusal.message;
  }
  return { may, because: why };
};
