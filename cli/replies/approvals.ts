import { z } from "zod";
import { json, jsonObject } from "../../shared/plan/json.ts";

/** The part of the API's answers that the CLI reads. Fields that a newer server adds are let through and left alone. */
export const untrusted = z.looseObject({ text: z.string() }).nullable();

const fieldChange = z.looseObject({ record: z.string(), field: z.string(), old: json, new: json });
export type FieldChange = z.infer<typeof fieldChange>;

const argumentChange = z.looseObject({ at: z.string(), old: json.optional(), new: json.optional() });
export type ArgumentChange = z.infer<typeof argumentChange>;

const earlierDecision = z.looseObject({
  approval_id: z.string(),
  execution_id: z.string(),
  step_id: z.string(),
  status: z.string(),
  decided_at: z.string().nullable(),
  decided_by: z.string().nullable(),
  comment: z.string().nullable(),
  changes: z.array(argumentChange),
  more_changes: z.number(),
});
export type EarlierDecision = z.infer<typeof earlierDecision>;

export const approval = z.looseObject({
  approval_id: z.string(),
  kind: z.string(),
  status: z.string(),
  execution_id: z.string(),
  plan_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  proposed_by: z.string(),
  acting_agent_id: z.string(),
  risk_level: z.string(),
  confidence: z.number(),
  goal: untrusted,
  rationale: untrusted,
  arguments: jsonObject,
  argument_sources: z.array(z.looseObject({ at: z.string(), from: z.string(), path: z.string() })),
  summary: z.string(),
  /** Of a question about a call that was sent; a server of the release before does not say. */
  sent: z.looseObject({ at: z.string(), idempotency_key: z.string() }).optional(),
  changes: z.array(fieldChange),
  reasons: z.array(z.string()),
  already_ran: z.array(z.string()),
  rejection_stops: z.array(z.string()),
  also_writes: z.array(z.string()),
  drift: z.array(fieldChange),
  /** Of a call that would act on a page. */
  picture: z.looseObject({ media_type: z.string(), href: z.string() }).optional(),
  submitted_by: z.string().optional(),
  earlier_decisions: z.array(earlierDecision).default([]),
  argument_notes: z.array(z.string()).default([]),
  asked_in_order: z.array(z.string()).optional(),
  asked: z
    .array(
      z.looseObject({
        name: z.string().nullable(),
        place: z.number().nullable().default(null),
        because: z.string(),
        at: z.string(),
        passed_over: z.array(z.looseObject({ name: z.string(), until: z.string() })),
        barred: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  opened_by: z.array(z.string()).default([]),
  expires_at: z.string().nullable().default(null),
  edited_arguments: jsonObject.nullable().default(null),
  /** The request that its step waits for in its place. */
  followed_by: z.string().nullable().default(null),
  /** Of a tool that workers do. */
  worker_note: z.string().optional(),
  digest: z.string(),
  approvals_required: z.number(),
  approvals_given: z.number(),
  votes: z.array(z.looseObject({ by: z.string(), at: z.string() })),
  excluded: z.array(z.string()),
  remaining_seconds: z.number().nullable(),
  preview_age_seconds: z.number(),
  you_may: z.array(z.string()),
  you_may_not_because: z.string().nullable(),
  opened_by_you: z.boolean(),
  decided_by: z.string().nullable(),
  comment: z.string().nullable(),
});
export type Approval = z.infer<typeof approval>;

export const approvalQueue = z.looseObject({
  plans: z.array(
    z.looseObject({
      execution_id: z.string(),
      plan_id: z.string(),
      goal: untrusted,
      soonest_expiry: z.string().nullable(),
      approvals: z.array(approval),
    }),
  ),
  count: z.number(),
  next: z.string().nullable(),
  /** Servers of earlier releases do not say. */
  unreadable: z.array(z.string()).optional(),
});
export type ApprovalQueue = z.infer<typeof approvalQueue>;

export const decisionResults = z.looseObject({
  results: z.array(
    z.looseObject({
      ok: z.boolean(),
      id: z.string(),
      status: z.string().optional(),
      approvals_given: z.number().optional(),
      problem: z.looseObject({ status: z.number(), detail: z.string() }).optional(),
    }),
  ),
});
export type DecisionResults = z.infer<typeof decisionResults>;
