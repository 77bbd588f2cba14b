import { type Called, NOBODY_NAMED, nameWithId } from "../../plan/called.ts";
import { saidOf } from "../../plan/said-of.ts";
import { isSamePerson, mayBeAmong, mayBeSamePerson } from "../../plan/same-person.ts";
import type { Violation } from "../../plan/violation.ts";
import type { ApprovalRequest } from "./approval.ts";
import { type Circumstances, DECISIONS, type DecisionRefusal, type DecisionWord, MAX_EDITS } from "./decision.ts";
import { hasExpired } from "./expiry.ts";

export type Asked = Circumstances & {
  readonly request: ApprovalRequest;
  readonly word: DecisionWord;
  readonly caller: string;
  readonly now: string;
};
type Rule = (asked: Asked) => DecisionRefusal | undefined;

/** Somebody as people read them. */
const readAs = (called: Called | undefined, id: string): string => nameWithId(called ?? NOBODY_NAMED, id);

export const because = (
  kind: DecisionRefusal["kind"],
  message: string,
  violations: readonly Violation[] = [],
): DecisionRefusal => ({ kind, message, violations });

const closedAs = ({ status }: Pick<ApprovalRequest, "status">): string => {
  const said = saidOf(status);
  return said === undefined ? `it is ${status}` : `that ${said} was said`;
};

const isOpen: Rule = ({ request, called }) =>
  request.status === "open"
    ? undefined
    : because(
        "closed",
        `${closedAs(request)} already${request.decided_by === null ? "" : `, by ${readAs(called, request.decided_by)}`}`,
      );

/** A decision made now would stand in no event of the step, and perhaps behind the end of its execution. */
const isAwaited: Rule = ({ awaited }) =>
  awaited ? undefined : because("closed", "its step does not wait for it any more; nothing would follow from it");

/** A yes would be spent on nothing: the step is stopped as soon as its execution looks. A no may be said. */
const restsOnSomething: Rule = ({ word, fallen }) =>
  fallen === undefined || (word !== "approve" && word !== "edit")
    ? undefined
    : because("closed", `${fallen}; nothing would follow from it`);

const fitsKind: Rule = ({ request, word }) => {
  const possible: readonly DecisionWord[] = DECISIONS[request.kind];
  return possible.includes(word)
    ? undefined
    : because(
        "wrong_decision",
        `a request of kind ${request.kind} is decided by ${possible.join(" or ")}, not by ${word}`,
      );
};

const inTime: Rule = ({ request, now }) =>
  !hasExpired(request, now) ? undefined : because("expired", `it expired at ${request.expires_at}; nothing was done`);

/** Reconciling says what has happened already, and no lock changes that. */
const notLocked: Rule = ({ request, locked }) =>
  locked === null || request.kind !== "approve"
    ? undefined
    : because("locked", `its step is ${locked}; it can be decided after unlock and resume`);

/** Stopping needs no second person: a rejection, or an edit, which is asked anew and excludes its editor. */
const fourEyes: Rule = ({ request, word, caller, owners, called }) => {
  const needed = request.kind !== "approve" || (request.risk_level === "HIGH" && word === "approve");
  if (!needed || !mayBeAmong([...request.excluded, ...owners], caller)) return undefined;
  const who = `${readAs(called, caller)} submitted it, owns its agent or last edited it, or bears a name that looks like theirs`;
  return because("four_eyes", `${who}: somebody else must decide`);
};

const onlyOnce: Rule = ({ request, word, caller, called }) => {
  const earlier = request.votes.find(({ by }) => mayBeSamePerson(by, caller));
  if (word !== "approve" || earlier === undefined) return undefined;
  const as = earlier.by === caller ? "" : `, who has or bears a name like that of ${readAs(called, caller)}`;
  return because(
    "voted_already",
    `${readAs(called, earlier.by)}${as} has approved it: ${request.votes.length} of ${request.approvals_required}`,
  );
};

const openedFirst: Rule = ({ request, together, caller, called }) =>
  together && request.risk_level === "HIGH" && !request.opened_by.some((opener) => isSamePerson(opener, caller))
    ? because(
        "not_opened",
        `it is HIGH risk: ${readAs(called, caller)} must open it before deciding it together with others`,
      )
    : undefined;

const editsLeft: Rule = ({ word, edits }) =>
  word === "edit" && edits >= MAX_EDITS
    ? because("edits_exhausted", `its step was edited ${edits} times, which is the most; approve or reject it`)
    : undefined;

/** The people who may decide, and their decisions, now: everything but the content of the decision. */
const STANDING: readonly Rule[] = [
  isOpen,
  isAwaited,
  fitsKind,
  restsOnSomething,
  inTime,
  notLocked,
  fourEyes,
  onlyOnce,
  openedFirst,
  editsLeft,
];

/** Why what is asked cannot be decided so, whatever the decision says; undefined when nothing stands against it. */
export const firstRefusal = (asked: Asked): DecisionRefusal | undefined => {
  for (const rule of STANDING) {
    const refusal = rule(asked);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};
