import { z } from "zod";
import { riskLevel } from "../../contracts/tool-contract.ts";
import { agentId, stepId } from "../../plan/given-names.ts";
import { json, jsonObject } from "../../plan/json.ts";
import { argumentSource, identifier } from "../../plan/tool-execution-plan.ts";
import { bodyRef } from "../record/step-record.ts";
import { askedName } from "./away.ts";
import { fieldChange } from "./preview.ts";

/**
 * `approve` asks before LIVE. `reconcile` asks whether a call of unknown outcome happened, `reconcile_undo` the same of
 * a compensation, `undo_failed` asks a person to undo by hand or accept, `undo` whether to undo what a committed step
 * that cannot be undone depends on: these four never expire.
 */
export const approvalKind = z.enum(["approve", "reconcile", "reconcile_undo", "undo_failed", "undo"]);
export type ApprovalKind = z.infer<typeof approvalKind>;

export const approvalStatus = z.enum([
  "open",
  "approved",
  "rejected",
  "edited",
  "expired",
  "voided",
  "happened",
  "did_not_happen",
  "undone",
  "accepted",
]);
export type ApprovalStatus = z.infer<typeof approvalStatus>;

export const vote = z.strictObject({ by: z.string(), at: z.string(), comment: z.string().nullable() });
export type Vote = z.infer<typeof vote>;

/** More time that somebody gave; `expires_at` is what came of it. */
export const extension = z.strictObject({
  by: z.string(),
  at: z.string(),
  seconds: z.number(),
  expires_at: z.string(),
  reason: z.string().nullable(),
});
export type Extension = z.infer<typeof extension>;

/** Somebody who would have been asked, and is away. */
export const passedOver = z.strictObject({ name: askedName, until: z.string() });
export type PassedOver = z.infer<typeof passedOver>;

/** Somebody whom a request was put to. */
export const asked = z.strictObject({
  /** A name of the tool's list, or of who stands in for one; null: everybody, because nobody of the list was here. */
  name: askedName.nullable(),
  /** The place in the list, from 0; null with everybody. */
  place: z.number().int().nonnegative().nullable(),
  at: z.string(),
  /** When it was opened for decisions; nobody had opened it by half time; who was asked before is away, or may not decide. */
  because: z.enum(["first", "unopened", "away", "barred"]),
  passed_over: z.array(passedOver),
  /** Names of the list, and who stands in for one, whom four eyes bar from deciding it: passed over as well. */
  barred: z.array(askedName).exactOptional(),
});
export type Asked = z.infer<typeof asked>;

export const MOST_ARGUMENT_CHANGES = 10;

/** One place (JSON Pointer) where two calls differ. A side on which nothing is there is left out. */
export const argumentChange = z.strictObject({
  at: z.string(),
  old: json.exactOptional(),
  new: json.exactOptional(),
});
export type ArgumentChange = z.infer<typeof argumentChange>;

/**
 * Another request about the same call, within the time for which a call counts as made: one that was rejected, edited
 * or approved, or that another execution is asked about now. Also the edits that made of the step's own call the one
 * that is asked.
 * One that was open is read again whenever the request is shown (functions/records/earlier-now.ts).
 */
export const earlierDecision = z.strictObject({
  approval_id: z.string(),
  execution_id: identifier,
  step_id: stepId,
  status: approvalStatus.extract(["open", "rejected", "edited", "approved"]),
  created_at: z.string(),
  decided_at: z.string().nullable(),
  decided_by: z.string().nullable(),
  comment: z.string().nullable(),
  /** The changes of an edit, and how many changes there are beyond those. */
  changes: z.array(argumentChange).max(MOST_ARGUMENT_CHANGES),
  more_changes: z.number().int().nonnegative(),
});
export type EarlierDecision = z.infer<typeof earlierDecision>;

/** The values a person needs to look a call up where it was sent: when, and under which key. */
export const sentCall = z.strictObject({ at: z.string(), idempotency_key: z.string() });

/** A request to a person, with everything the person needs to decide. Goal and rationale are the agent's words: untrusted. */
export const approvalRequest = z.strictObject({
  approval_id: z.string(),
  kind: approvalKind,
  status: approvalStatus,
  execution_id: identifier,
  plan_id: identifier,
  step_id: stepId,
  tool_name: identifier,
  proposed_by: agentId,
  acting_agent_id: agentId,
  risk_level: riskLevel,
  confidence: z.number(),
  goal: z.string().nullable(),
  rationale: z.string().nullable(),
  arguments: jsonObject,
  argument_sources: z.array(argumentSource),
  /** Arguments that may be misspelt: the tool does not name them, and they are near to one that it does. */
  argument_notes: z.array(z.string()).exactOptional(),
  summary: z.string(),
  /** Of a question about a call that was sent, or about its compensation. Requests of releases before have none. */
  sent: sentCall.exactOptional(),
  changes: z.array(fieldChange),
  /** A picture of what the call would act on, as it stood when its preview was made: of requests of kind `approve`. */
  picture: bodyRef.exactOptional(),
  /** Why a person is asked, and what lowered or nearly lowered the ceiling. */
  reasons: z.array(z.string()),
  /**
   * Steps of the plan that already ran LIVE, and the steps that a no stops: a rejection, and to the question what came of
   * a call that it did not happen. Of that question, requests of releases before name none.
   */
  already_ran: z.array(stepId),
  rejection_stops: z.array(stepId),
  /** Other steps that write the same resources, as `plan/step (agent)`. */
  also_writes: z.array(z.string()),
  /** Differences to the request before this one for the same step; empty when it is the first. */
  drift: z.array(fieldChange),
  /** The submitter of the plan; requests of releases before this was recorded do not say. */
  submitted_by: z.string().exactOptional(),
  /** Names the call that is asked about by what it does: of requests of kind `approve`. */
  same_call: z.string().exactOptional(),
  /** The step's own edits first, then the newest of other requests about the same call. */
  earlier_decisions: z.array(earlierDecision).exactOptional(),
  /** People or groups whom it is put to, one after the other, by the tool's contract; without, everybody at once. */
  asked_in_order: z.array(askedName).exactOptional(),
  /** Whom it was put to, the last one at the end. It says who is told, never who may decide. */
  asked: z.array(asked).exactOptional(),
  /** How many of `asked` the sweeper need not tell any more. */
  told: z.number().int().nonnegative().exactOptional(),
  digest: z.string(),
  approvals_required: z.number().int().positive(),
  votes: z.array(vote),
  /** People who may not decide: four eyes. */
  excluded: z.array(z.string()),
  preview_made_at: z.string(),
  created_at: z.string(),
  /** Null: never expires. */
  expires_at: z.string().nullable(),
  /** In their order. Requests of releases before this was recorded have none. */
  extensions: z.array(extension).default([]),
  /** How many of `extensions` the sweeper need not tell any more. Without, none of them is told: they are of a release before. */
  extensions_told: z.number().int().nonnegative().exactOptional(),
  /** When people were reminded of it, at half time; null before. Requests of before there were reminders have none. */
  reminded_at: z.string().nullable().default(null),
  /** The people who opened it in full: needed before a HIGH one may be decided together with others. */
  opened_by: z.array(z.string()),
  decided_at: z.string().nullable(),
  decided_by: z.string().nullable(),
  comment: z.string().nullable(),
  edited_arguments: jsonObject.nullable(),
  /** Grows with every write: the condition of the next. */
  version: z.number().int().positive(),
});
export type ApprovalRequest = z.infer<typeof approvalRequest>;

/** A request before it is opened: what another about the same call tells of it. */
export type AnnouncedRequest = Pick<ApprovalRequest, "approval_id" | "execution_id" | "step_id" | "created_at"> & {
  readonly same_call: string;
};
