import { z } from "zod";
import { riskLevel } from "../../../shared/contracts/tool-contract.ts";
import { approvalRequest, approvalStatus } from "../../../shared/execution/approval/approval.ts";
import { decisionWord } from "../../../shared/execution/approval/decide.ts";
import { jsonObject } from "../../../shared/plan/json.ts";
import { pageQuery, problem, reason, unreadable, untrustedText, wholeNumber } from "./common.ts";

const digest = z.string().min(1).max(128);
const comment = z.string().max(10_000).nullish();

/** A request as the person who asks for it sees it. */
export const approvalView = approvalRequest
  .omit({ goal: true, rationale: true, version: true, same_call: true, told: true, extensions_told: true })
  .extend({
    /** Where there is a picture of what the call would act on: its file. */
    picture: z
      .strictObject({ media_type: z.literal("image/jpeg"), href: z.string(), digest: z.string() })
      .exactOptional(),
    goal: untrustedText.nullable(),
    rationale: untrustedText.nullable(),
    /** Null: never expires. 0: it is over. */
    remaining_seconds: z.number().int().nonnegative().nullable(),
    preview_age_seconds: z.number().int().nonnegative(),
    /** n of `approvals_required`. */
    approvals_given: z.number().int().nonnegative(),
    /** The decisions that the caller may make on it, by their token too, and why no other. */
    you_may: z.array(decisionWord),
    you_may_not_because: z.string().nullable(),
    /** One of `votes` is the caller's: an approval that was sent and not answered has arrived. */
    voted_by_you: z.boolean(),
    /** The caller opened it: needed before a HIGH one may be decided together with others. */
    opened_by_you: z.boolean(),
    /**
     * The request that is asked in its place, where it was edited, taken back, or approved and its call no longer the same:
     * its id may be known before it is open.
     */
    followed_by: z.string().nullable(),
    /**
     * Where one request is opened whose tool workers do, in words: that none asks for the tool, or what one said of a call
     * of unknown outcome.
     */
    worker_note: z.string().exactOptional(),
  });
export type ApprovalView = z.infer<typeof approvalView>;

export const approvalQuery = z.strictObject({
  status: approvalStatus.default("open"),
  agent: z.string().optional(),
  tool: z.string().optional(),
  risk: riskLevel.optional(),
  plan: z.string().optional(),
  execution: z.string().optional(),
  /** `true`: only what the caller may approve or settle. */
  mine: z.enum(["true", "false"]).default("false"),
  limit: wholeNumber(1, 1_000).default(500),
  next: pageQuery.shape.next,
});
export type ApprovalQuery = z.infer<typeof approvalQuery>;

/** Plans by their soonest expiry, then highest risk; inside a plan the same. A page ends early where it grows large. */
export const approvalQueue = z.strictObject({
  plans: z.array(
    z.strictObject({
      execution_id: z.string(),
      plan_id: z.string(),
      goal: untrustedText.nullable(),
      soonest_expiry: z.string().nullable(),
      approvals: z.array(approvalView),
    }),
  ),
  count: z.number().int(),
  unreadable,
  next: z.string().nullable(),
});
export type ApprovalQueue = z.infer<typeof approvalQueue>;

export const decisionBody = z.strictObject({
  decision: decisionWord,
  /** Of the request as the person saw it. */
  digest,
  /** The whole arguments, as they shall be; with `edit` only. */
  arguments: jsonObject.optional(),
  /** Needed with `edit` and `reject`. */
  comment,
});
export type DecisionBody = z.infer<typeof decisionBody>;

export const extendBody = z.strictObject({
  /** Added to the time that is left. */
  seconds: z.number().int().min(1).max(31_536_000),
  reason: reason.optional(),
});

export const MAX_DECISIONS = 500;
export const decisionsBody = z.strictObject({
  decisions: z
    .array(
      z.strictObject({ id: z.string().min(1).max(128), digest, decision: decisionWord.exclude(["edit"]), comment }),
    )
    .min(1)
    .max(MAX_DECISIONS),
});
export type DecisionsBody = z.infer<typeof decisionsBody>;

export const decisionResults = z.strictObject({
  results: z.array(
    z.discriminatedUnion("ok", [
      z.strictObject({
        ok: z.literal(true),
        id: z.string(),
        status: approvalStatus,
        approvals_given: z.number().int(),
      }),
      z.strictObject({ ok: z.literal(false), id: z.string(), problem }),
    ]),
  ),
});
export type DecisionResults = z.infer<typeof decisionResults>;
