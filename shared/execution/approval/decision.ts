import { z } from "zod";
import type { ToolContract } from "../../contracts/tool-contract.ts";
import type { Called } from "../../plan/called.ts";
import type { JsonObject } from "../../plan/json.ts";
import type { Violation } from "../../plan/violation.ts";
import type { ApprovalKind } from "./approval.ts";

export const decisionWord = z.enum(["approve", "reject", "edit", "happened", "did_not_happen", "undone", "accepted"]);
export type DecisionWord = z.infer<typeof decisionWord>;

/** The decisions there are on each kind of request. */
export const DECISIONS = {
  approve: ["approve", "reject", "edit"],
  reconcile: ["happened", "did_not_happen"],
  reconcile_undo: ["happened", "did_not_happen"],
  undo_failed: ["undone", "accepted"],
  undo: ["approve", "reject", "undone"],
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

/** The facts that the rules need beside the request. */
export type Circumstances = {
  readonly contract: Pick<ToolContract, "tool_name" | "input_schema" | "resources">;
  /** Edits of the step so far. */
  readonly edits: number;
  /** Whether the step still waits for this request. */
  readonly awaited: boolean;
  /** Why the step would be stopped in place of being sent: what it rests on elsewhere has fallen. */
  readonly fallen?: string;
  /** Why the step is locked; null while it is not. */
  readonly locked: string | null;
  /**
   * The owners of the step's agents at this moment, and all who asked for its call by now; the request excludes those of
   * when it was asked.
   */
  readonly owners: readonly string[];
  /** Decided together with others in one act. */
  readonly together: boolean;
  /** The names that people read callers by, for what a refusal says; compared are ids alone. */
  readonly called?: Called;
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
  "comment_invalid",
  "arguments_missing",
  "arguments_unexpected",
  "arguments_invalid",
] as const;
export type DecisionRefusal = {
  readonly kind: (typeof REFUSALS)[number];
  readonly message: string;
  readonly violations: readonly Violation[];
};
