import type { AuditEntry, AuditEvent } from "../../shared/audit/audit-event.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { BUDDY } from "../../shared/plan/agent.ts";
import { Contended } from "../../shared/ports/contention.ts";
import type { AuditLog } from "../../shared/ports/executions.ts";
import type { Deps } from "../deps.ts";
import { recordSubmission } from "./record-submission.ts";

/**
 * The outbox of the serial chain. An act of a person is written to the record it changes, then to the execution's serial
 * chain. The record is what counts, and a death can come between the two: then the record itself is the outbox, and its
 * event is still to be written. Every function that acts on the record, or seals the execution, drains the outbox first;
 * an honest record would look forged without it. Both may do so at the same moment as the person's own request:
 * `appendOnce` lets one event stand.
 */
const REQUESTED = [
  "abort_requested",
  "resume_requested",
  "rollback_requested",
] as const satisfies readonly (keyof ExecutionRecord)[];
export type RequestField = (typeof REQUESTED)[number];

/** Which act of whom an event tells of; the same act has the same key, whoever wrote the event and when. */
const keyOf = ({ type, actor, at, body }: AuditEntry): string =>
  // A person decides one request once.
  JSON.stringify([type, actor, body.approval_id ?? null, type === "approval_decided" ? body.decision : at]);

type Decision = {
  readonly decision: string;
  readonly digest: string;
  readonly comment: string | null;
  readonly by: string;
  readonly at: string;
};

const decisionEvent = (
  { approval_id, step_id, status, votes, approvals_required }: ApprovalRequest,
  { decision, digest, comment, by, at }: Decision,
): AuditEntry => ({
  type: "approval_decided",
  at,
  actor: by,
  body: { approval_id, step_id, decision, digest, by, comment, status, votes: votes.length, approvals_required },
});

const extensionEvents = ({ approval_id, step_id, extensions }: ApprovalRequest): AuditEntry[] =>
  extensions.map(({ by, at, seconds, expires_at, reason }) => ({
    type: "approval_extended",
    at,
    actor: by,
    body: { approval_id, step_id, seconds, expires_at, reason },
  }));

/** Whom a request was put to after the first: the request itself is the event of that. */
const escalationEvents = ({ approval_id, step_id, asked = [] }: ApprovalRequest): AuditEntry[] =>
  asked.slice(1).map(({ name, at, because, passed_over, barred }, place) => ({
    type: "approval_escalated",
    at,
    actor: BUDDY,
    body: {
      ...{ approval_id, step_id, from: asked[place]?.name ?? null, to: name, because, passed_over },
      ...(barred === undefined ? {} : { barred }),
    },
  }));

const CLOSED_BY: Partial<Record<ApprovalRequest["status"], string>> = {
  rejected: "reject",
  edited: "edit",
  happened: "happened",
  did_not_happen: "did_not_happen",
  undone: "undone",
  accepted: "accepted",
};

const decisionEvents = (request: ApprovalRequest): AuditEntry[] => {
  const { digest, votes, status, decided_by, decided_at, comment } = request;
  // As the request stood after each vote, whatever became of it later.
  const approvals = votes.map((vote, index) => {
    const given = votes.slice(0, index + 1);
    const then = given.length < request.approvals_required ? "open" : "approved";
    return decisionEvent({ ...request, votes: given, status: then }, { ...vote, decision: "approve", digest });
  });
  const decision = CLOSED_BY[status];
  if (decision === undefined || decided_by === null || decided_at === null) return approvals;
  return [...approvals, decisionEvent(request, { decision, digest, comment, by: decided_by, at: decided_at })];
};

/** The requests of a person about a whole execution, as its record has it. */
const requestEvents = (record: ExecutionRecord, fields: readonly RequestField[]): AuditEntry[] =>
  fields.flatMap((type) => {
    const asked = record[type];
    if (asked === null) return [];
    return [{ type, at: asked.at, actor: asked.by, body: { reason: asked.reason, history: record.history } }];
  });

/** Others who asked for the same call, as the execution's record has it. */
const attachedEvents = ({ attached = [] }: ExecutionRecord): AuditEntry[] =>
  attached.map(({ by, at }) => ({ type: "attached", at, actor: by, body: {} }));

const append = async (
  { auditLog }: Pick<Deps, "auditLog">,
  execution_id: string,
  entry: AuditEntry,
  how: Parameters<AuditLog["appendOnce"]>[4] = {},
): Promise<void> => {
  const key = keyOf(entry);
  await auditLog.appendOnce(execution_id, "execution", entry, (event) => keyOf(event) === key, how);
};

/**
 * The event of an act that stands: where others take every place in the chain, the act is not answered as if nothing had
 * been written. The next function that drains the outbox writes the event.
 */
const unlessContended = async ({ log }: Pick<Deps, "log">, execution_id: string, write: () => Promise<void>) => {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Contended)) throw error;
    log.warn("the event of an act is left to who drains the outbox", { execution_id });
  }
};

/** The event of a decision just made, looked for behind `after`: the chain's last event before the decision was stored. */
export const recordDecision = (
  deps: Pick<Deps, "auditLog" | "log">,
  request: ApprovalRequest,
  decision: Decision,
  after: number,
): Promise<void> =>
  unlessContended(deps, request.execution_id, () =>
    append(deps, request.execution_id, decisionEvent(request, decision), { after }),
  );

/** The event of the last extension of a request. */
export const recordExtension = async (
  deps: Pick<Deps, "auditLog" | "log">,
  request: ApprovalRequest,
): Promise<void> => {
  const last = extensionEvents(request).at(-1);
  if (last === undefined) return;
  await unlessContended(deps, request.execution_id, () => append(deps, request.execution_id, last));
};

/** The events of whom a request was put to after the first. */
export const recordEscalations = async (deps: Pick<Deps, "auditLog">, request: ApprovalRequest): Promise<void> => {
  for (const each of escalationEvents(request)) await append(deps, request.execution_id, each);
};

/**
 * The event of what somebody asked of the whole execution, as its record has it. Where the submitter died before the
 * first event of the chain, this would take its place.
 */
export const recordRequest = async (
  deps: Pick<Deps, "auditLog">,
  record: ExecutionRecord,
  field: RequestField,
): Promise<void> => {
  await recordSubmission(deps, record, null);
  // An abort is to be told, and answered, within seconds.
  const briefly = field === "abort_requested";
  for (const event of requestEvents(record, [field])) await append(deps, record.execution_id, event, { briefly });
};

/** The events of those who asked for the same call, as its record has them. */
export const recordAttached = async (deps: Pick<Deps, "auditLog" | "log">, record: ExecutionRecord): Promise<void> => {
  await recordSubmission(deps, record, null);
  await unlessContended(deps, record.execution_id, async () => {
    for (const event of attachedEvents(record)) await append(deps, record.execution_id, event);
  });
};

/**
 * Writes the events that requests and the execution's record tell of and its serial chain, as it stands, does not.
 * @returns whether there were any
 */
export const drainOutbox = async (
  deps: Pick<Deps, "auditLog">,
  execution_id: string,
  { requests, record }: { readonly requests: readonly ApprovalRequest[]; readonly record?: ExecutionRecord },
  chain: readonly AuditEvent[],
): Promise<boolean> => {
  const known = new Set(chain.map(keyOf));
  const unwritten = [
    ...requests.flatMap((request) => [
      ...decisionEvents(request),
      ...extensionEvents(request),
      ...escalationEvents(request),
    ]),
    ...(record === undefined ? [] : [...attachedEvents(record), ...requestEvents(record, REQUESTED)]),
  ].filter((entry) => !known.has(keyOf(entry)));
  for (const each of unwritten) await append(deps, execution_id, each);
  return unwritten.length > 0;
};
