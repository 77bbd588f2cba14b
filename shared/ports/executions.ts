import type { AuditEntry, AuditEvent } from "../audit/audit-event.ts";
import type { ExecutionRecord } from "../execution/record/execution-record.ts";
import type { Transited } from "../execution/record/step-event.ts";
import type { StepRecord } from "../execution/record/step-record.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import type { Moved } from "./contention.ts";

/** A page of a listing; `next` is opaque and goes into the next call. */
export type Page<Item> = { items: Item[]; next: string | null };

/** A page of records, with the ids of those on it that cannot be read. */
export type Listing<Item> = Page<Item> & { unreadable: string[] };

export interface Executions {
  /** @returns false when an execution of that id exists already: nothing is changed. */
  create(record: ExecutionRecord): Promise<boolean>;
  get(execution_id: string): Promise<ExecutionRecord | undefined>;
  /** Replaces the record if it still has `record.version`. @returns the stored record (version + 1). */
  update(record: ExecutionRecord): Promise<ExecutionRecord | Moved>;
  /** Newest first; of one status, as the index has it, where that is said. */
  list(options: {
    limit: number;
    next: string | null;
    status?: ExecutionRecord["status"] | undefined;
  }): Promise<Listing<ExecutionRecord>>;
  /** Ids of executions whose status is RUNNING; may lag behind, so read the record. */
  running(): Promise<string[]>;
  /**
   * How many are going on: RUNNING and not concluded, as the index has it; without the one named `except`. Where more than
   * `at_most` stand in the index, one more is read, and `at_most` is the answer.
   */
  active(options?: { except?: string; at_most?: number }): Promise<number>;

  /**
   * Remembers the reply to a submission under the caller's key.
   * @returns the stored reply when there was one already (with the digest of the body it was for).
   */
  remember(
    key: { submitter: string; idempotency_key: string },
    value: { body_digest: string; execution_id: string },
  ): Promise<{ kind: "written" } | { kind: "exists"; body_digest: string; execution_id: string }>;
  /** The reply remembered under that key: asked before a body is checked, so that a repeat is never refused. */
  recall(key: {
    submitter: string;
    idempotency_key: string;
  }): Promise<{ body_digest: string; execution_id: string } | undefined>;

  /** Stores the answer of one pass of Next wave if there is none. @returns the stored answer: the first one wins. */
  answerPass(execution_id: string, history: number, pass: number, answer: JsonObject): Promise<JsonObject>;
  passAnswer(execution_id: string, history: number, pass: number): Promise<JsonObject | undefined>;
  /** The same of a pass and of the one before it, in one read. */
  passAnswers(
    execution_id: string,
    history: number,
    pass: number,
  ): Promise<{ readonly own: JsonObject | undefined; readonly before: JsonObject | undefined }>;
  /** The answer of the last pass of a workflow run that has one. */
  lastPass(execution_id: string, history: number): Promise<JsonObject | undefined>;
}

/**
 * The step's chain is the truth; `get` and `all` read projections that are at most one event behind a crash. One that
 * cannot be read is made anew from its chain; without an event there, it is as if there were none.
 */
export interface Steps {
  /**
   * Appends the event, then writes the projection.
   * @returns "appended", "repeated" when that very event is there already, or "moved" when another one took its place.
   */
  append(transited: Transited): Promise<"appended" | "repeated" | Moved>;
  /** The projection, repaired from the head of the chain (consistent read); undefined where nothing has happened yet. */
  get(execution_id: string, step_id: string): Promise<StepRecord | undefined>;
  /** Every step that was created, those to which nothing has happened with their first record. */
  all(execution_id: string): Promise<StepRecord[]>;
  /** First records of one execution, made at one moment; steps that have moved are left alone. */
  createAll(records: readonly StepRecord[]): Promise<void>;
}

export interface AuditLog {
  /** Appends to a serial chain (`execution` or, with execution_id `operators`, `operators`), retrying on a concurrent append. */
  append(
    execution_id: string,
    chain: string,
    entry: { type: string; at: string; actor: string; body: JsonObject },
  ): Promise<AuditEvent>;
  /**
   * Appends to a serial chain unless an event behind `after` (a seq; 0, where it is not said, for the whole chain) is the
   * same already, as `same` judges. However many do so at once, one event is there. `briefly` gives up where other
   * processes take the places for longer than half a second: the event must be kept elsewhere then.
   * @returns the event that is there
   */
  appendOnce(
    execution_id: string,
    chain: string,
    entry: { type: string; at: string; actor: string; body: JsonObject },
    same: (event: AuditEvent) => boolean,
    how?: { readonly after?: number; readonly briefly?: boolean },
  ): Promise<AuditEvent>;
  /** Writes the first event of a chain; one that has begun stays as it is. */
  begin(
    execution_id: string,
    chain: string,
    entry: { type: string; at: string; actor: string; body: JsonObject },
  ): Promise<void>;
  /** The last event of a chain, read consistently. */
  head(execution_id: string, chain: string): Promise<AuditEvent | undefined>;
  /** Events of one chain, by seq. */
  chain(execution_id: string, chain: string): Promise<AuditEvent[]>;
  /** The first `limit` events of one chain behind a seq. */
  since(execution_id: string, chain: string, seq: number, limit: number): Promise<AuditEvent[]>;
  /** Events of every chain of the execution, by chain and then seq. `chains`: all that it can have, where they are known. */
  events(execution_id: string, chains?: readonly string[]): AsyncIterable<AuditEvent>;
  /** Events in pages for the API. */
  page(execution_id: string, options: { limit: number; next: string | null }): Promise<Page<AuditEvent>>;
}

export type PendingAnnouncement = { execution_id: string; history: number; since: string };

/**
 * Marks of ends that are to be announced. Put before the write that ends the execution, and there until the announcement
 * was made: whoever finds one announces it in the place of who died between the two.
 */
export interface PendingAnnouncements {
  put(pending: PendingAnnouncement): Promise<void>;
  remove(pending: Omit<PendingAnnouncement, "since">): Promise<void>;
  all(): Promise<PendingAnnouncement[]>;
}

/** The event of an act that stops, and the seq of the operators' chain that it stands behind: its last when it was kept. */
export type PendingStop = { readonly entry: AuditEntry; readonly after: number };

/** Events of acts that stop, which hold: each is there until somebody has written it to the operators' chain. */
export interface PendingStops {
  put(pending: PendingStop): Promise<void>;
  remove(entry: AuditEntry): Promise<void>;
  /** The oldest first. */
  all(): Promise<PendingStop[]>;
}

/** The one open task token of an execution. Never leaves the back end. */
export interface WaitTokens {
  put(execution_id: string, token: string, pass: number): Promise<void>;
  /** Reads it and leaves it: who wakes first and removes afterwards can be repeated after a crash between the two. */
  get(execution_id: string): Promise<{ token: string; pass: number } | undefined>;
  /** Removes it if it is still that one. */
  remove(execution_id: string, token: string): Promise<void>;
}

export type { Json };
