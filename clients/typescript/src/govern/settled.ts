import type { CallReply, Json } from "../api.ts";
import { BuddyError, BuddyRefusal, BuddyUnreachable, WorkerEnded } from "../errors.ts";
import { type Noted, notesOf, withNotes } from "./noted.ts";

/** Told to a model in place of an output: the call was not made, or not yet. */
export type Waiting = {
  readonly waiting: true;
  /** How it stands and what to do, in words for a model. */
  readonly message: string;
  readonly call_id: string;
  /** For what it waits: `approval`, `resource`, `outcome`, `worker` or `unlock`. */
  readonly for: string;
  /** Where a person decides it; null where nobody is asked. */
  readonly approval_url: string | null;
};

/** A call that was refused, in words that a model heeds; thrown where a framework shows errors to its model. */
export class CallRefused extends BuddyError {
  override readonly name = "CallRefused";
  /** Whether it may be proposed again: never, later, or changed. */
  readonly retry: "never" | "later" | "after_change";
  /**
   * `blocked`, `rejected`, `failed`, `expired`, `undone`; `invalid` where the arguments were never taken, `unanswered` where
   * nobody here knows whether the call was.
   */
  readonly status: string;
  readonly reasons: readonly string[];

  constructor(message: string, told: { retry: CallRefused["retry"]; status: string; reasons: readonly string[] }) {
    super(message);
    this.retry = told.retry;
    this.status = told.status;
    this.reasons = told.reasons;
  }
}

export type Settled =
  | { readonly kind: "done"; readonly output: Json; readonly notes: readonly string[] }
  | { readonly kind: "waiting"; readonly waiting: Waiting }
  | { readonly kind: "refused"; readonly refusal: CallRefused };

export const settledAs = (reply: CallReply): Settled => {
  const notes = notesOf(reply);
  switch (reply.outcome) {
    case "done":
      return { kind: "done", output: reply.output, notes };
    case "refused":
      return { kind: "refused", refusal: new CallRefused(withNotes(reply.message, notes), reply) };
    case "waiting": {
      const { call_id, approval_url } = reply;
      const message = withNotes(reply.message, notes);
      return { kind: "waiting", waiting: { waiting: true, message, call_id, for: reply.for, approval_url } };
    }
  }
};

/** A framework that shows errors to its model is given the output, or that the call waits. @throws CallRefused */
export const toldToModel = (settled: Settled): Json | Waiting | Noted => {
  switch (settled.kind) {
    case "done": {
      const { output, notes } = settled;
      return notes.length === 0 ? output : { noted: true, output, notes };
    }
    case "waiting":
      return settled.waiting;
    case "refused":
      throw settled.refusal;
  }
};

const RETRY_OF: Readonly<Record<number, "after_change" | "later">> = {
  400: "after_change",
  413: "after_change",
  429: "later",
};

/** Places of a call that a model writes. Confidence, goal, rationale and how long to wait are the program's, whatever it takes them from. */
const OF_THE_MODEL = ["/arguments", "/tool_name"];

const isOfTheModel = ({ path }: { readonly path: string }): boolean =>
  path === "" || OF_THE_MODEL.some((place) => path === place || path.startsWith(`${place}/`));

/** How a model may go on after a refusal that it can do something about; undefined of all others. */
const retryAfter = ({ status, places }: BuddyRefusal): "after_change" | "later" | undefined =>
  places.length > 0 && !places.some(isOfTheModel) ? undefined : RETRY_OF[status];

/** A model can do nothing about it, and would take it for a mistake of its own. */
export const isForTheProgram = (error: unknown): error is BuddyError =>
  error instanceof BuddyError && !(error instanceof BuddyRefusal && retryAfter(error) !== undefined);

/** A call that the API does not take: what a model can do something about is told to it. @throws everything else */
export const refusedBy = (error: unknown): Settled => {
  const retry = error instanceof BuddyRefusal ? retryAfter(error) : undefined;
  if (!(error instanceof BuddyRefusal) || retry === undefined) throw error;
  const places = error.places.map(({ path, message }) => `${path} ${message}`);
  const reasons = places.length === 0 ? [error.detail] : places;
  return notTaken(reasons, retry);
};

const ADVICE = {
  later: "It may be made again later, not at once.",
  after_change: "Change what is named before it is made again.",
};

const notTaken = (reasons: readonly string[], retry: keyof typeof ADVICE): Settled => {
  const message = `Refused (invalid): ${reasons.join("; ")}. Nothing was done. ${ADVICE[retry]}`;
  return { kind: "refused", refusal: new CallRefused(message, { retry, status: "invalid", reasons }) };
};

/** No answer came to a call that was sent: it may be on record, wait for a person and be made. */
export const mayHaveBeenTaken = (error: unknown): error is BuddyError =>
  error instanceof WorkerEnded ||
  (error instanceof BuddyUnreachable && error.mayHaveHappened) ||
  (error instanceof BuddyRefusal && error.status >= 500);

const NOT_ANSWERED =
  "Not answered: nobody here knows yet whether this call was taken, and it may still be made. Nothing is lost: the same " +
  "call again, in a while, is not made twice and tells what came of it. Do not make another to the same effect.";

/** Told so that no model takes it for a mistake of its own, and mends the call. */
export const notAnswered = (): Settled => {
  const reasons = ["there was no answer, and the call may have been taken"];
  return { kind: "refused", refusal: new CallRefused(NOT_ANSWERED, { retry: "later", status: "unanswered", reasons }) };
};

/** A call whose arguments cannot be read: nobody knows what it means. */
export const notReadable = (): Settled =>
  notTaken(["/arguments are no JSON object, or not a whole one"], "after_change");

/** Arguments that the tool's own schema does not take; `fault`: as a checker of schemas throws it, of whatever make. */
export const notFitting = (fault: unknown): Settled => {
  const issues = typeof fault === "object" && fault !== null && "issues" in fault ? fault.issues : undefined;
  const places = Array.isArray(issues) ? issues.map(placeOf) : [];
  const whole = fault instanceof Error ? fault.message : String(fault);
  return notTaken(places.length === 0 ? [`/arguments ${whole}`] : places, "after_change");
};

const placeOf = (issue: unknown): string => {
  const { path, message } = Object(issue);
  const steps = Array.isArray(path) ? path.map((each) => `/${String(Object(each).key ?? each)}`) : [];
  return `/arguments${steps.join("")} ${String(message)}`;
};

/** A tool's own output may have any of these fields, and not all of them as texts. */
export const isWaiting = (value: unknown): value is Waiting =>
  typeof value === "object" &&
  value !== null &&
  "waiting" in value &&
  value.waiting === true &&
  "call_id" in value &&
  typeof value.call_id === "string" &&
  "message" in value &&
  typeof value.message === "string";
