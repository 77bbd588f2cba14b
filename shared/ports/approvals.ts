import type { AnnouncedRequest, ApprovalRequest, ApprovalStatus } from "../execution/approval/approval.ts";
import type { Moved } from "./contention.ts";
import type { Readable } from "./damaged.ts";
import type { Listing } from "./executions.ts";

export interface Approvals {
  /**
   * Says that a request about that call is about to be opened. Of two that are announced at the same moment, at least one
   * finds the other by its call, whichever is stored first. One that nobody announces is found by its call never.
   */
  announce(request: AnnouncedRequest): Promise<void>;
  /**
   * Opens a request if none of that id exists. A link, where one is given, leads to the request from then on, beside
   * those that were given before.
   * @returns the stored request, whichever it is.
   */
  open(request: ApprovalRequest, link?: GivenLink): Promise<ApprovalRequest>;
  get(approval_id: string): Promise<ApprovalRequest | undefined>;
  /**
   * Replaces the request if it still has `request.version` (and is still open).
   * @returns the stored request (version + 1).
   */
  update(request: ApprovalRequest): Promise<ApprovalRequest | Moved>;
  /** @throws RecordDamaged */
  ofExecution(execution_id: string): Promise<ApprovalRequest[]>;
  /** The same, for who goes on with those that can be read. */
  readable(execution_id: string): Promise<Readable<ApprovalRequest>>;
  /** Requests of any execution and status that were announced with that call, opened last first and without `but`: at most `limit` are looked at. */
  ofCall(same_call: string, limit: number, but?: string): Promise<RequestsOfCall>;
  /** Those of the named requests that are there and can be read, in any order; each is named once. */
  these(named: readonly Named[]): Promise<ApprovalRequest[]>;
  /** By expiry, soonest first; those that never expire last. */
  list(options: { status: ApprovalStatus; limit: number; next: string | null }): Promise<Listing<ApprovalRequest>>;
}

/** Those that can be read, and those that were announced and are not stored: they are about to be, or who asked died. */
export type RequestsOfCall = { readonly requests: ApprovalRequest[]; readonly announced: AnnouncedRequest[] };

/** A request by its id, with the execution that it belongs to. */
type Named = Pick<ApprovalRequest, "approval_id" | "execution_id">;

/** A link to a request (shared/execution/approval/request-link.ts), and until when it leads there. */
export type GivenLink = { readonly link: string; readonly expires_at: string };

/** Where a link leads, and until when. */
export type ApprovalLink = { approval_id: string; expires_at: string };

/**
 * Links to requests, for messages that leave Buddy. Only the hash of a link is kept: who reads the records finds none
 * that could be followed.
 */
export interface ApprovalLinks {
  /** @returns undefined when no such link was given; one that has expired may still be there. */
  get(link: string): Promise<ApprovalLink | undefined>;
}

export type PendingDecision = { approval_id: string; since: string };

/**
 * Marks of decisions that may find nobody to tell. Put before the decision is stored, and there until somebody has seen
 * that it was applied: finding those that were not costs as much as there are, however long the history is.
 */
export interface PendingDecisions {
  put(pending: PendingDecision): Promise<void>;
  remove(approval_id: string): Promise<void>;
  all(): Promise<PendingDecision[]>;
}
