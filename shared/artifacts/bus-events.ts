import { z } from "zod";
import { riskLevel } from "../contracts/tool-contract.ts";
import { approvalKind, approvalStatus, asked } from "../execution/approval/approval.ts";
import { correlationId, executionStatus } from "../execution/record/execution-record.ts";
import { learningSignal } from "../feedback/learning-signal.ts";

const id = z.string().describe("Names this event: the same again is a repeat.");

const request = {
  id,
  approval_id: z.string(),
  kind: approvalKind.describe(
    "May it run; did it happen; did its compensation happen; undo it by hand, or accept it; undo what a step that cannot be undone rests on.",
  ),
  execution_id: z.string(),
  plan_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  risk_level: riskLevel,
  expires_at: z.iso.datetime().nullable().describe("Null: waits for ever, and its lease is kept."),
  to: z
    .array(z.string())
    .describe(
      "The people or groups whom it is put to, by the tool's list; empty: everybody. Who may decide does not follow from it.",
    ),
};

/**
 * The events that are published on the bus, by type: an operator's rules match on these fields, so that taking one away
 * breaks them. At least once; a receiver recognises a repeat by `id`.
 */
export const BUS_EVENTS = {
  ApprovalRequested: z
    .strictObject({
      ...request,
      link: z
        .string()
        .describe(
          "For a message to a person: GET /links/{link} opens the request, for whoever may read requests, for 30 days. No right to anything; only its hash is stored.",
        ),
    })
    .describe(
      "A person has to decide. The request itself is read over the API, by whoever may see it: GET /approvals/{approval_id}.",
    ),
  ApprovalReminder: z
    .strictObject(request)
    .describe(
      "Half of a request's time is over and nobody has decided it: told once. The request is read over the API: GET /approvals/{approval_id}.",
    ),
  ApprovalEscalated: z
    .strictObject({
      ...request,
      from: z.array(z.string()).describe("Whom it was put to before."),
      because: asked.shape.because
        .exclude(["first"])
        .describe(
          "Nobody who may decide opened it by half of the time that was left; or who was asked is away, or may not decide.",
        ),
    })
    .describe(
      "A request goes to the next of its tool's list. The request is read over the API: GET /approvals/{approval_id}.",
    ),
  ApprovalExtended: z
    .strictObject({
      ...request,
      by: z.string().describe("The person who gave it more time."),
      seconds: z.number().describe("What was added to the time that was left."),
    })
    .describe(
      "Somebody gave a request more time: told within a minute, at least once, while it is open. `expires_at` is how it stands now.",
    ),
  ApprovalClosed: z
    .strictObject({
      ...request,
      status: approvalStatus.exclude(["open"]).describe("How it ended."),
      by: z.array(z.string()).describe("The people whose word counted; empty where it expired or was taken back."),
      decided_at: z.string().nullable(),
    })
    .describe(
      "A request waits for nobody any more: decided, expired or taken back. Told at least once, before anything follows from it, and maybe before the request itself.",
    ),
  LearningSignal: z
    .strictObject({ id, execution_id: z.string(), ...learningSignal.shape })
    .describe(
      "Something later executions can learn, for Phase 16 (reward modelling) or 19 (meta-learning); a line of learning_signals.jsonl, with the execution it came from.",
    ),
  OrchestrationCompleted: z
    .strictObject({
      id,
      execution_id: z.string(),
      status: executionStatus.exclude(["RUNNING"]),
      manifest: z.number().int().positive().describe("Number of the manifest that seals it."),
      correlation_id: correlationId.describe(
        "The mark of the request that submitted it, which the lines of its log carry; its own id where it came without one.",
      ),
    })
    .describe(
      "An execution ended and is sealed: its artifacts can be read. One that is rolled back or reconciled later completes again, under the next manifest.",
    ),
  WebhookDisabled: z
    .strictObject({
      id,
      webhook_id: z.string(),
      because: z.string(),
    })
    .describe(
      "Nothing was delivered to a registered address for a day, or it is gone: it is told of nothing until a person enables it again.",
    ),
} as const;
export type BusEventType = keyof typeof BUS_EVENTS;
