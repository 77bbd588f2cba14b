import { digestOf } from "../../../shared/audit/digest.ts";
import type { ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import { nearArgumentInWords, nearArguments } from "../../../shared/contracts/near-arguments.ts";
import { isDuplicateSensitive } from "../../../shared/contracts/tool-contract.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval.ts";
import { type AskedInOrder, askedFirst } from "../../../shared/execution/asking.ts";
import { duplicateWindowHours } from "../../../shared/execution/duplicate-window.ts";
import { submittersOf } from "../../../shared/execution/execution-record.ts";
import type { LedgerRow, LedgerSide } from "../../../shared/execution/ledger-row.ts";
import { stepsBehind } from "../../../shared/execution/order.ts";
import {
  driftBetween,
  type FieldChange,
  type SealedPreview,
  sealedPreview,
} from "../../../shared/execution/preview.ts";
import type { StepRecord } from "../../../shared/execution/step-record.ts";
import { type ExecutionView, isDependency, requestExpiry } from "../../../shared/execution/view.ts";
import type { Ask } from "../../../shared/execution/wave/walk.ts";
import { USUAL_DUPLICATE_WINDOW_HOURS } from "../../../shared/plan/config.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";
import type { Loaded } from "../../records/documents.ts";
import { ownersNow } from "../../records/owners-now.ts";
import { contractsOfCall } from "../step/step-context.ts";
import { type EarlierDecisionsDeps, earlierDecisions } from "./earlier-decisions.ts";
import { withBoundedLists } from "./request-size.ts";

export type RequestView = ExecutionView & { readonly loaded: Loaded };

export type RequestDeps = EarlierDecisionsDeps & Pick<Deps, "bodies" | "agents" | "absences">;

export type RequestBuilder = (ask: Ask, record: StepRecord) => Promise<ApprovalRequest>;

/** Builds the requests of one pass, each from the record that it is about. */
export const requestBuilder = (deps: RequestDeps, view: RequestView): RequestBuilder => {
  let writers: ReadonlyMap<string, ScheduledStep[]> | undefined;
  return (ask, record) => {
    writers ??= writersByResource(view);
    return buildRequest(deps, view, writers, ask, record).then(withBoundedLists);
  };
};

/** The steps that write each resource: built once per pass, because many requests ask. */
const writersByResource = (view: Pick<ExecutionView, "schedule">): ReadonlyMap<string, ScheduledStep[]> => {
  const writers = new Map<string, ScheduledStep[]>();
  for (const step of view.schedule.steps) {
    for (const resource of step.resources) {
      if (resource.access !== "write") continue;
      writers.set(resource.key, [...(writers.get(resource.key) ?? []), step]);
    }
  }
  return writers;
};

/** The request that puts a step to a person, with everything the person needs to decide. */
const buildRequest = async (
  deps: RequestDeps,
  view: RequestView,
  writers: ReadonlyMap<string, ScheduledStep[]>,
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
  const { changes, summary } = wordsOf(ask, step, record, sealed, owners);
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
    ...notesOn(view, step, args),
    summary,
    ...sentOf(ask, rowOf),
    changes,
    reasons: [...reasonsFor(ask, view, step, record), ...shortWindow(deps, ask, view, step)],
    already_ran: plan.step_ids.filter((step_id) => view.records.get(step_id)?.live_output != null),
    rejection_stops: ask.kind === "approve" ? dependentsOf(view, step.step_id) : [],
    also_writes: alsoWrites(writers, step),
    drift: await driftSince(view, record, changes),
    submitted_by: view.execution.submitted_by,
    ...(ask.kind === "approve" ? await earlierDecisions(deps, view, step, args) : {}),
    ...(await putTo(deps, view, step)),
    digest:
      ask.kind === "approve" && record.preview_digest !== null ? record.preview_digest : questionDigest(ask, record),
    approvals_required: votesNeeded(view, ask, step),
    votes: [],
    excluded: await excludedFrom(deps, view, ask, step, record),
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

/** Whom it is put to first, by the tool's list. Stored with the request, so that a pass that is repeated says the same. */
const putTo = async (
  { absences }: Pick<Deps, "absences">,
  { contracts, now }: RequestView,
  { tool_name }: ScheduledStep,
): Promise<AskedInOrder> => {
  const order = contracts.get(tool_name)?.asked_in_order;
  return order === undefined ? {} : askedFirst(order, await absences.all(), now);
};

const notesOn = (
  { loaded }: RequestView,
  { tool_name }: ScheduledStep,
  args: JsonObject,
): Pick<ApprovalRequest, "argument_notes"> => {
  const contract = contractsOfCall(loaded.submission, tool_name)?.contract;
  const near = contract === undefined ? [] : nearArguments(contract.input_schema, args).slice(0, MAX_NOTES);
  return near.length === 0 ? {} : { argument_notes: near.map((each) => nearArgumentInWords(each, tool_name)) };
};
const MAX_NOTES = 20;

/** To undo by a call of another tool takes as many as that call would. Any other question is answered by one. */
const votesNeeded = ({ loaded }: RequestView, { kind }: Ask, step: ScheduledStep): number => {
  const contracts = contractsOfCall(loaded.submission, step.tool_name);
  if (kind === "approve") return Math.max(1, step.approvals_required);
  if (kind !== "undo" || contracts === undefined || contracts.undoing === contracts.contract) return 1;
  return Math.max(1, contracts.undoing.approvals_required);
};

/** When the call that is asked about was sent, and under which key: whoever looks it up needs both. */
const sentOf = (
  { kind }: Ask,
  rowOf: (side: LedgerSide) => LedgerRow | undefined,
): Pick<ApprovalRequest, "sent"> | undefined => {
  if (kind === "approve") return undefined;
  const row = rowOf(kind === "reconcile" || kind === "undo" ? "forward" : "compensation");
  return row && { sent: { at: row.started_at, idempotency_key: row.idempotency_key } };
};

/** A question that is not about a preview is sealed by what is asked about: the step as it stands. */
const questionDigest = (ask: Ask, record: StepRecord): string =>
  digestOf("question", { approval_id: ask.approval_id, kind: ask.kind, head: record.head });

const wordsOf = (
  ask: Ask,
  step: ScheduledStep,
  record: StepRecord,
  sealed: SealedPreview | undefined,
  owners: readonly string[],
) => {
  switch (ask.kind) {
    case "approve":
      return { summary: sealed?.preview.summary ?? step.tool_name, changes: sealed?.preview.changes ?? [] };
    case "reconcile":
      return {
        summary: `Did this call of ${step.tool_name} happen? ${record.reason ?? ""}`,
        changes: sealed?.preview.changes ?? [],
      };
    case "reconcile_undo":
      return { summary: `Did the compensation of ${step.tool_name} happen? ${record.reason ?? ""}`, changes: [] };
    case "undo":
      return {
        summary: `Undo ${step.tool_name}? ${record.reason ?? ""}`,
        changes: (sealed?.preview.changes ?? []).map((change) => ({ ...change, old: change.new, new: change.old })),
      };
    case "undo_failed":
      return {
        summary: `${responsible(step, owners)} must undo ${step.tool_name} by hand, or accept it as it stands; somebody else confirms it here. ${record.reason ?? ""}`,
        changes: [],
      };
  }
};

/** The person who knows the purpose of the call, and can put it right. */
const responsible = ({ acting_agent_id }: ScheduledStep, owners: readonly string[]): string =>
  owners.length === 0
    ? `Whoever is responsible for agent ${acting_agent_id} (it has no registered owner)`
    : `${owners.join(" or ")}, for agent ${acting_agent_id},`;

const reasonsFor = (ask: Ask, view: ExecutionView, step: ScheduledStep, record: StepRecord): string[] => {
  const reasons: string[] = [];
  if (ask.kind !== "approve") reasons.push(record.reason ?? ask.kind);
  if (step.risk_level === "HIGH") reasons.push(`${step.tool_name} is irreversible (HIGH risk)`);
  else if (ask.kind === "approve")
    reasons.push(`the contract of ${step.tool_name} asks for ${step.approvals_required}`);
  if (step.acting_agent_id !== step.agent_id) {
    reasons.push(`proposed by ${step.agent_id}, runs as ${step.acting_agent_id}`);
  }
  if (step.confidence_source !== "stated") reasons.push(`confidence ${step.confidence} was assumed`);
  const conflicts = view.schedule.conflicts.filter((conflict) => conflict.step_ids.includes(step.step_id));
  return [
    ...reasons,
    ...conflicts.map((conflict) => `${conflict.conflict_type}: ${conflict.finding}; ${conflict.resolution}`),
  ];
};

/** Steps that stand behind it and have not ended: what has ended before, no decision reaches any more. */
const dependentsOf = ({ loaded: { index }, records }: RequestView, step_id: string): string[] =>
  [...stepsBehind(index, step_id, isDependency)].filter((id) => records.get(id)?.phase !== "finished");

/**
 * The submitter may shorten the time for which a call counts as made, down to the deployment's floor: said to who
 * decides.
 */
const shortWindow = ({ policy }: RequestDeps, ask: Ask, view: RequestView, step: ScheduledStep): string[] => {
  const asked = view.execution.config.duplicate_window_hours;
  const contract = view.contracts.get(step.tool_name);
  if (ask.kind !== "approve" || asked >= USUAL_DUPLICATE_WINDOW_HOURS) return [];
  if (contract === undefined || !isDuplicateSensitive(contract)) return [];
  const counted = duplicateWindowHours(view.execution.config, policy);
  return [
    `the submission asked that the same call counts as made for ${asked} h only (${counted} h are counted; ${USUAL_DUPLICATE_WINDOW_HOURS} h are usual): it may have been made before that`,
  ];
};

const alsoWrites = (writers: ReadonlyMap<string, ScheduledStep[]>, step: ScheduledStep): string[] => {
  const others = step.resources.flatMap((resource) => writers.get(resource.key) ?? []);
  const named = others
    .filter((other) => other.step_id !== step.step_id && other.aborted_by_conflict === null)
    .map((other) => `${other.plan_id}/${other.step_id} (${other.acting_agent_id})`);
  return [...new Set(named)];
};

/** Differences to the request before it for the same step: fields whose present value is another one now. */
const driftSince = async (
  view: ExecutionView,
  record: StepRecord,
  changes: readonly FieldChange[],
): Promise<FieldChange[]> => {
  const earlier = [...view.approvals.values()]
    .filter(
      (request) =>
        request.step_id === record.step_id && request.kind === "approve" && request.approval_id !== record.approval_id,
    )
    .sort((one, other) => one.created_at.localeCompare(other.created_at))
    .at(-1);
  return earlier === undefined ? [] : driftBetween(earlier.changes, changes);
};

/** Four eyes: for HIGH, and for every word on what really happened, neither who asked for it, nor an owner, nor the last editor. */
const excludedFrom = async (
  deps: Pick<Deps, "agents">,
  view: RequestView,
  ask: Ask,
  step: ScheduledStep,
  record: StepRecord,
): Promise<string[]> => {
  if (step.risk_level !== "HIGH" && ask.kind === "approve") return [];
  const { agent_id: proposed_by, acting_agent_id } = step;
  const then = view.loaded.submission.agents.filter(({ agent_id }) =>
    [proposed_by, acting_agent_id].includes(agent_id),
  );
  // An agent may have been given to somebody else since: both answer for it.
  const owners = [...then.map(({ owner }) => owner), ...(await ownersNow(deps, { proposed_by, acting_agent_id }))];
  const editor = record.last_edited_by === null ? [] : [record.last_edited_by];
  return [...new Set([...submittersOf(view.execution), ...owners, ...editor])];
};
