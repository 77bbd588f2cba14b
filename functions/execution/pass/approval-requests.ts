import type { ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { type AskedInOrder, askedFirst } from "../../../shared/execution/approval/asking.ts";
import { sealedPreview } from "../../../shared/execution/approval/preview.ts";
import type { LedgerRow, LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import {
  alsoWrites,
  driftSince,
  stoppedByFailure,
  stoppedWith,
  type Writers,
  writersByResource,
} from "../../../shared/execution/request/surroundings.ts";
import { excludedFrom, needsFourEyes, votesNeeded } from "../../../shared/execution/request/who-decides.ts";
import { argumentNotes, questionInWords, reasonsFor } from "../../../shared/execution/request/words.ts";
import { type ExecutionView, requestExpiry } from "../../../shared/execution/view/view.ts";
import type { Ask } from "../../../shared/execution/wave/walk.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import type { Deps } from "../../deps.ts";
import type { Loaded } from "../../records/documents.ts";
import { ownersNow } from "../../records/owners-now.ts";
import { type EarlierDecisionsDeps, earlierDecisions } from "./earlier-decisions.ts";
import { withBoundedLists } from "./request-size.ts";

export type RequestView = ExecutionView & { readonly loaded: Loaded };

export type RequestDeps = EarlierDecisionsDeps & Pick<Deps, "bodies" | "agents" | "absences">;

export type RequestBuilder = (ask: Ask, record: StepRecord) => Promise<ApprovalRequest>;

/** Builds the requests of one pass, each from the record that it is about. */
export const requestBuilder = (deps: RequestDeps, view: RequestView): RequestBuilder => {
  let writers: Writers | undefined;
  return (ask, record) => {
    writers ??= writersByResource(view);
    return buildRequest(deps, view, writers, ask, record).then(withBoundedLists);
  };
};

/** The request that puts a step to a person, with everything the person needs to decide. */
const buildRequest = async (
  deps: RequestDeps,
  view: RequestView,
  writers: Writers,
  ask: Ask,
  record: StepRecord,
): Promise<ApprovalRequest> => {
  const step = view.loaded.index.step(ask.step_id);
  const plan = view.loaded.index.plan(step.plan_id);
  const sealed = record.preview === null ? undefined : sealedPreview.parse(await deps.bodies.get(record.preview));
  const rowOf = (side: LedgerSide) => view.ledger.find((row) => row.step_id === ask.step_id && row.side === side);
  const row = rowOf("forward");
  const { agent_id: proposed_by, acting_agent_id } = step;
  const owners = ask.kind === "undo_failed" ? await ownersNow(deps, { proposed_by, acting_agent_id }) : [];
  const { changes, summary } = questionInWords(ask, step, record, sealed, owners);
  const excluded = needsFourEyes(ask, step)
    ? excludedFrom(view.execution, record, await ownersEver(deps, view, step))
    : [];
  const args = row?.arguments ?? sealed?.arguments ?? step.arguments;
  return {
    approval_id: ask.approval_id,
    kind: ask.kind,
    status: "open",
    execution_id: view.execution.execution_id,
    plan_id: step.plan_id,
    step_id: step.step_id,
    tool_name: step.tool_name,
    proposed_by,
    acting_agent_id,
    risk_level: step.risk_level,
    confidence: step.confidence,
    goal: plan.goal,
    rationale: step.rationale,
    arguments: args,
    argument_sources: record.edited_arguments === null ? step.argument_sources : [],
    ...argumentNotes(view, step, args),
    summary,
    ...sentOf(ask, rowOf),
    changes,
    ...(ask.kind === "approve" && record.preview_picture != null ? { picture: record.preview_picture } : {}),
    reasons: reasonsFor(ask, view, step, record, deps.policy),
    already_ran: plan.step_ids.filter((step_id) => view.records.get(step_id)?.live_output != null),
    rejection_stops: stoppedByNo(ask, view, step),
    also_writes: alsoWrites(writers, step),
    drift: driftSince(view, record, changes),
    submitted_by: view.execution.submitted_by,
    ...(ask.kind === "approve" ? await earlierDecisions(deps, view, { step, approval_id: ask.approval_id, args }) : {}),
    ...(await putTo(deps, view, step, excluded)),
    digest:
      ask.kind === "approve" && record.preview_digest !== null ? record.preview_digest : questionDigest(ask, record),
    approvals_required: votesNeeded(view, ask, step),
    votes: [],
    excluded,
    preview_made_at: record.updated_at,
    created_at: view.now,
    expires_at: requestExpiry(view, ask.kind),
    extensions: [],
    reminded_at: null,
    opened_by: [],
    decided_at: null,
    decided_by: null,
    comment: null,
    edited_arguments: null,
    version: 1,
  };
};

/** A no to an undo leaves the call as it stands, and stops nothing. */
const stoppedByNo = ({ kind }: Ask, view: RequestView, step: ScheduledStep): string[] => {
  if (kind === "approve") return stoppedWith(view.loaded.index, view, step.step_id);
  return kind === "reconcile" ? stoppedByFailure(view.loaded.index, view, step) : [];
};

/** Whom it is put to first, by the tool's list. Stored with the request, so that a pass that is repeated says the same. */
const putTo = async (
  { absences }: Pick<Deps, "absences">,
  { contracts, now }: RequestView,
  { tool_name }: ScheduledStep,
  excluded: readonly string[],
): Promise<AskedInOrder> => {
  const order = contracts.get(tool_name)?.asked_in_order;
  return order === undefined ? {} : askedFirst(order, { absences: await absences.all(), excluded, now });
};

/** A question that is not about a preview is sealed by what is asked about: the step as it stands. */
const questionDigest = (ask: Ask, record: StepRecord): string =>
  digestOf("question", { approval_id: ask.approval_id, kind: ask.kind, head: record.head });

/** When the call that is asked about was sent, and under which key: to look it up takes both. */
const sentOf = (
  { kind }: Ask,
  rowOf: (side: LedgerSide) => LedgerRow | undefined,
): Pick<ApprovalRequest, "sent"> | undefined => {
  if (kind === "approve") return undefined;
  const row = rowOf(kind === "reconcile" || kind === "undo" ? "forward" : "compensation");
  return row && { sent: { at: row.started_at, idempotency_key: row.idempotency_key } };
};

/** An agent may have been given to somebody else since it was submitted: both answer for it. */
const ownersEver = async (
  deps: Pick<Deps, "agents">,
  { loaded }: RequestView,
  { agent_id: proposed_by, acting_agent_id }: ScheduledStep,
): Promise<string[]> => {
  const then = loaded.submission.agents.filter(({ agent_id }) => [proposed_by, acting_agent_id].includes(agent_id));
  return [...then.map(({ owner }) => owner), ...(await ownersNow(deps, { proposed_by, acting_agent_id }))];
};
