import { z } from "zod";
import { type AuditEvent, GENESIS, nextLink } from "../../audit/audit-event.ts";
import { cutText } from "../../plan/cut-text.ts";
import { stepId } from "../../plan/given-names.ts";
import { jsonObject } from "../../plan/json.ts";
import { Surprise } from "../../plan/surprise.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { type LedgerRow, type LedgerSide, ledgerRowDigest } from "./ledger-row.ts";
import { after, EXECUTION_STATES, INITIAL, type Position, type StepEventName, TRANSITIONS } from "./states.ts";
import { type StepRecord, stepRecord } from "./step-record.ts";

/** The fields an event may change besides the position; everything else about a record follows from the event itself. */
export const stepChanges = stepRecord
  .omit({
    execution_id: true,
    plan_id: true,
    step_id: true,
    seq: true,
    head: true,
    state: true,
    phase: true,
    updated_at: true,
  })
  .partial();
/** Absent keys are unchanged; a key never carries `undefined`. */
export type StepChanges = {
  [Key in keyof z.infer<typeof stepChanges>]?: Exclude<z.infer<typeof stepChanges>[Key], undefined>;
};

const EVENT_NAMES = Object.keys(TRANSITIONS).filter((name): name is StepEventName => name in TRANSITIONS);
export const stepEventName = z.enum(EVENT_NAMES);

/** The body of a transition in the step's chain. The event is the transition; records are projections of it. */
export const stepEventBody = z.strictObject({
  plan_id: identifier,
  step_id: stepId,
  from: z.enum(EXECUTION_STATES),
  to: z.enum(EXECUTION_STATES),
  reason: z.string().nullable(),
  changes: stepChanges,
  /** Of an event that settles a call: the digest of its row in the ledger. Events of earlier releases have none. */
  ledger_row: z.string().exactOptional(),
});
export type StepEventBody = z.infer<typeof stepEventBody>;

/** Of a transition what it moved, and why: for readers that do not look at what it changed besides. */
export const stepMove = stepEventBody.omit({ changes: true }).strip();

export const stepChain = (step_id: string): string => `step:${step_id}`;

export class IllegalTransition extends Surprise {
  override readonly name = "IllegalTransition";
  constructor(record: StepRecord, event: string) {
    super(
      `step ${record.step_id}: ${event} is not legal in ${record.state} (${record.phase}) after event ${record.seq}`,
    );
  }
}

/** A step before its first event. */
export const newStepRecord = (
  ids: { execution_id: string; plan_id: string; step_id: string },
  at: string,
): StepRecord => ({
  ...ids,
  seq: 0,
  head: GENESIS,
  ...INITIAL,
  ending: null,
  reason: null,
  ceiling_reasons: [],
  edited_arguments: null,
  edits: 0,
  last_edited_by: null,
  mock_output: null,
  dry_run_output: null,
  live_output: null,
  preview: null,
  preview_digest: null,
  provisional: false,
  approval_id: null,
  approvals_asked: 0,
  approved_digest: null,
  approved_by: [],
  rungs: [],
  committed: false,
  rollback_trigger: null,
  waiting_since: null,
  deferrals: 0,
  look_again_at: null,
  updated_at: at,
});

export type StepTransition = {
  readonly event: StepEventName;
  readonly at: string;
  /** The actor: a person, or `buddy`. */
  readonly actor: string;
  readonly reason: string | null;
  readonly changes: StepChanges;
  /** The row of the ledger that settles it, sealed by the event. */
  readonly row?: LedgerRow | undefined;
};

export type Transited = { readonly event: AuditEvent; readonly record: StepRecord };

/** The side of a call of which its reason says why it had to wait, or was begun again, since it was asked about last. */
export const hasWaited = ({ look_again_at, failed_starts, approvals_asked }: StepRecord, side: LedgerSide): boolean =>
  look_again_at !== null || (failed_starts?.side === side && failed_starts.asked === approvals_asked);

/**
 * A step keeps its reason where an event gives none: why a call had to wait, or was taken up again, is none of what came
 * of it, of a read as little as of a write.
 */
const insteadOfWait = (record: StepRecord, event: StepEventName): string | null => {
  const { approved_by, rollback_reason } = record;
  if (event === "compensated") {
    if (rollback_reason !== undefined) return rollback_reason === record.reason ? null : rollback_reason;
    return hasWaited(record, "compensation") ? "undone after it had waited" : null;
  }
  if (event !== "live_succeeded" || !hasWaited(record, "forward")) return null;
  return approved_by.length === 0 ? "made after it had waited" : `approved by ${approved_by.join(", ")}`;
};

/** A remark on how it was undone comes behind why it was. */
const withWhyUndone = (
  { rollback_reason }: StepRecord,
  event: StepEventName,
  remarks: string | null,
): string | null => {
  const isUndone = event === "compensated" || event === "undo_happened";
  return remarks !== null && isUndone && rollback_reason !== undefined ? `${rollback_reason}; ${remarks}` : remarks;
};

/**
 * The audit event that `transition` is for a step that stands at `record`, with the record that results. Its reason may
 * quote anybody's words: it is mended and cut here, where every step's reasons come through.
 * @throws IllegalTransition when the table does not allow it: a defect in the caller, never an expected outcome.
 */
export const transit = (record: StepRecord, transition: StepTransition): Transited => {
  const next = after(record, transition.event);
  if (next === undefined) throw new IllegalTransition(record, transition.event);
  const { plan_id, step_id } = record;
  const { event: type, at, actor, changes, row } = transition;
  const said = withWhyUndone(record, type, transition.reason) ?? insteadOfWait(record, type);
  const reason = said === null ? null : cutText(said);
  const sealed = row === undefined ? {} : { ledger_row: ledgerRowDigest(row) };
  const moved = { plan_id, step_id, from: record.state, to: next.state, reason };
  const body = { ...moved, changes: jsonObject.parse(changes), ...sealed };
  const event = nextLink(
    record.execution_id,
    stepChain(step_id),
    { seq: record.seq, hash: record.head },
    { type, at, actor, body },
  );
  return { event, record: project(record, event, next, reason, changes) };
};

/**
 * The record after `event`: what replaying the audit computes.
 * @throws IllegalTransition when the event does not follow from the record; ZodError when its body has another shape.
 */
export const applyEvent = (record: StepRecord, event: AuditEvent): StepRecord =>
  follow(record, event, stepEventBody.parse(event.body));

/** The same of an event whose body was read. @throws IllegalTransition; ZodError when no event has such a name. */
export const follow = (record: StepRecord, event: AuditEvent, body: StepEventBody): StepRecord => {
  const type = stepEventName.parse(event.type);
  const next = after(record, type);
  if (next === undefined || next.state !== body.to || body.from !== record.state || event.seq !== record.seq + 1) {
    throw new IllegalTransition(record, type);
  }
  return project(record, event, next, body.reason, defined(body.changes));
};

const project = (
  record: StepRecord,
  event: AuditEvent,
  next: Position,
  reason: string | null,
  changes: StepChanges,
): StepRecord => ({
  ...record,
  ...changes,
  seq: event.seq,
  head: event.hash,
  state: next.state,
  phase: next.phase,
  reason: reason ?? record.reason,
  updated_at: event.at,
});

const defined = (changes: z.infer<typeof stepChanges>): StepChanges =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
