import { z } from "zod";
import { auditEvent } from "../../../shared/audit/audit-event.ts";
import { conflict } from "../../../shared/conflicts/schedule.ts";
import { ceilingReason, executionMode } from "../../../shared/contracts/ceiling.ts";
import { riskLevel } from "../../../shared/contracts/tool-contract.ts";
import { executionRecord } from "../../../shared/execution/execution-record.ts";
import { lock } from "../../../shared/execution/lock.ts";
import { sealedPreview } from "../../../shared/execution/preview.ts";
import { EXECUTION_STATES, PHASES } from "../../../shared/execution/states.ts";
import { ending, rungResult } from "../../../shared/execution/step-record.ts";
import { json } from "../../../shared/plan/json.ts";
import { identifier, planAgent, planValidation } from "../../../shared/plan/tool-execution-plan.ts";
import { recordLine } from "../../../shared/verification/record-line.ts";
import { pageOf, pageQuery, problem, reason, unreadable, untrustedText, wholeNumber } from "./common.ts";
import { inFlightCall } from "./system.ts";

/**
 * Letters of a mark in the events of an execution. Of ten thousand steps that each went another way it has some seven
 * thousand; a request's line and headers together may have 10 KB at API Gateway.
 */
export const MOST_MARK_LENGTH = 8_192;

/** Where to go from an execution; paths of this API. */
export const executionLinks = z.strictObject({
  self: z.string(),
  events: z.string(),
  approvals: z.string(),
  artifacts: z.string(),
});

export const submitted = z.strictObject({
  execution_id: z.string(),
  status: executionRecord.shape.status,
  plan_ids: z.array(z.string()),
  step_count: z.number().int(),
  /** Accepted, but perhaps not what was meant. */
  warnings: z.array(z.string()),
  links: executionLinks,
});
export type Submitted = z.infer<typeof submitted>;

export const executionSummary = executionRecord
  .pick({
    execution_id: true,
    status: true,
    submitted_by: true,
    submitted_at: true,
    ended_at: true,
    live_enabled: true,
    plan_ids: true,
    step_count: true,
    history: true,
    abort_requested: true,
    resume_requested: true,
    rollback_requested: true,
    manifests: true,
  })
  .extend({
    dry_run_only: z.boolean(),
    /** In the answer to an abort: after it, no other call of the execution can run but what rolls it back. */
    can_still_run: z.array(inFlightCall).exactOptional(),
    links: executionLinks,
  });
export type ExecutionSummary = z.infer<typeof executionSummary>;

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" });
/** Searched where something of it is said; a page may then hold less than its limit, or nothing, and have a `next`. */
export const executionSearch = pageQuery.extend({
  /** Somewhere in its id, its plans' names or goals, its agents, its tools, or who submitted it. */
  text: z.string().min(1).max(200).optional(),
  agent: identifier.optional(),
  tool: identifier.optional(),
  status: executionRecord.shape.status.optional(),
  since: instant.optional(),
  until: instant.optional(),
});
export const executionPage = pageOf(executionSummary).extend({ unreadable });
export type ExecutionPage = z.infer<typeof executionPage>;

/** How many steps stand in each state; states without steps are left out. */
export const stateCounts = z.partialRecord(z.enum(EXECUTION_STATES), z.number().int().positive());
export type StateCounts = z.infer<typeof stateCounts>;

export const stepView = z.strictObject({
  step_id: z.string(),
  /** The id as the plan wrote it. */
  source_step_id: z.string(),
  plan_id: z.string(),
  tool_name: z.string(),
  /** Its proposer, and the agent that acts. */
  agent_id: z.string(),
  acting_agent_id: z.string(),
  risk_level: riskLevel,
  confidence: z.number(),
  state: z.enum(EXECUTION_STATES),
  phase: z.enum(PHASES),
  /** Nothing more will happen to it by itself. */
  finished: z.boolean(),
  ending: ending.nullable(),
  reason: z.string().nullable(),
  /** Highest mode that succeeded; null while none has. */
  mode_reached: executionMode.nullable(),
  /** No service answered: the sandbox made up what it returned, so its LIVE is no success of a real call. */
  made_up: z.boolean(),
  /** Highest mode it may reach as things stand, and everything that lowered it; null until conflicts are resolved. */
  ceiling: z.strictObject({ mode: executionMode, reasons: z.array(ceilingReason) }).nullable(),
  approval_needed: z.boolean(),
  approval_id: z.string().nullable(),
  provisional: z.boolean(),
  depends_on: z.array(z.string()),
  /** Place in the resolved order of the execution, from 0. */
  rank: z.number().int().nonnegative(),
  updated_at: z.string(),
});
export type StepView = z.infer<typeof stepView>;

export const planView = z.strictObject({
  plan_id: z.string(),
  source_form: z.enum(["phase21", "full"]),
  goal: untrustedText.nullable(),
  deadline_seconds: z.number().nullable(),
  agents: z.array(planAgent),
  validation: planValidation.nullable(),
  step_count: z.number().int(),
  states: stateCounts,
  finished_steps: z.number().int(),
  /** Set when too many conflicts stayed unresolved: nothing of the plan runs. */
  aborted: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type PlanView = z.infer<typeof planView>;

export const executionQuery = z.strictObject({
  steps_limit: wholeNumber(0, 1_000).default(100),
  next: pageQuery.shape.next,
});
export const executionDetail = executionSummary.extend({
  config: executionRecord.shape.config,
  /** False until conflicts are resolved: until then plans and steps are shown as submitted. */
  scheduled: z.boolean(),
  warnings: z.array(z.string()),
  plans: z.array(planView),
  states: stateCounts,
  finished_steps: z.number().int(),
  /** Steps that go on without anybody's decision, now or when something falls due; 0 where only people move it. */
  going_on: z.number().int(),
  open_approvals: z.number().int(),
  /** The first `MAX_CONFLICTS_SHOWN`; all are in the artifact tool_conflicts.json. */
  conflicts: z.array(conflict),
  more_conflicts: z.number().int(),
  /** A page of steps in rank order. */
  steps: z.array(stepView),
  next: z.string().nullable(),
});
export type ExecutionDetail = z.infer<typeof executionDetail>;
export const MAX_CONFLICTS_SHOWN = 200;

export const stepQuery = z.strictObject({
  /** Seconds to wait for the step to finish. */
  wait: wholeNumber(0, 25).default(0),
});
export const stepDetail = stepView.extend({
  execution_id: z.string(),
  /** Of the highest mode that succeeded; null while none has. */
  output: json,
  /** The exact call that LIVE would make, or made. */
  preview: sealedPreview.nullable(),
  preview_digest: z.string().nullable(),
  edits: z.number().int(),
  approved_by: z.array(z.string()),
  committed: z.boolean(),
  rungs: z.array(rungResult),
});
export type StepDetail = z.infer<typeof stepDetail>;

export const eventQuery = pageQuery
  .extend({
    /** The mark that the answer before gave; empty for the very first event. Answers what came since, whatever its chain. */
    after: z.string().max(MOST_MARK_LENGTH).optional(),
    /** Seconds to wait until something comes. */
    wait: wholeNumber(0, 25).default(0),
  })
  .refine(({ after, next }) => after === undefined || next === undefined, {
    error: "goes on from a mark of its own: send `after`, or `next`, not both",
    path: ["after"],
  })
  .refine(({ after, wait }) => after !== undefined || wait === 0, {
    error: "waits for what comes after a mark: send `after` too, empty at first",
    path: ["wait"],
  });
export const eventPage = pageOf(auditEvent).extend({
  /** Asked with `after`: the mark to ask with again, and how the execution stands; null for acts of operators. */
  after: z.string().exactOptional(),
  status: executionRecord.shape.status.nullable().exactOptional(),
});
export type EventPage = z.infer<typeof eventPage>;

export const recordQuery = pageQuery.extend({ limit: wholeNumber(1, 200).default(100) });
/** Lines of everything that is on record of an execution; `next` is null after the last. */
export const recordPage = pageOf(recordLine);
export type RecordPage = z.infer<typeof recordPage>;

export const artifactList = z.strictObject({
  execution_id: z.string(),
  items: z.array(z.strictObject({ name: z.string(), content_type: z.string(), href: z.string() })),
});
export type ArtifactList = z.infer<typeof artifactList>;

export const rollbackBody = z.strictObject({
  /** Layers of dependency from the end; without it, everything that can be undone. */
  depth: z.number().int().positive().max(10_000).nullish(),
  reason,
});

export const rollbackQuery = z.strictObject({ depth: wholeNumber(1, 10_000).optional() });
/** The calls that stand now, the last first, each with what a roll back would do about it. */
export const rollbackPreview = z.strictObject({
  execution_id: z.string(),
  steps: z.array(
    z.strictObject({
      step_id: z.string(),
      plan_id: z.string(),
      tool_name: z.string(),
      /** From the end, counted in what stands. */
      layer: z.number().int(),
      /** `ask`: a person is asked before it is undone. */
      would: z.enum(["undo", "ask", "stay"]),
      why: z.string(),
    }),
  ),
  /** How many more there are than the first `MAX_ROLLBACK_SHOWN`. */
  more_steps: z.number().int(),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;
export const MAX_ROLLBACK_SHOWN = 500;

/** An execution of which a lock holds something. */
export const heldExecution = executionSummary
  .pick({ execution_id: true, status: true, submitted_by: true, submitted_at: true, plan_ids: true })
  .extend({
    steps_held: z.number().int(),
    /** The lock that still applies to all of them; null: it can be resumed now. */
    held_by: lock.nullable(),
  });
export type HeldExecution = z.infer<typeof heldExecution>;
/** A page ends early where it took long: `next` says whether there is more to look at. */
export const heldPage = pageOf(heldExecution).extend({ unreadable });
export type HeldPage = z.infer<typeof heldPage>;

export const MAX_RESUMED = 100;
export const resumeManyBody = z.strictObject({
  executions: z.array(z.string().min(1).max(128)).min(1).max(MAX_RESUMED),
  reason,
});
export type ResumeManyBody = z.infer<typeof resumeManyBody>;
export const resumeResults = z.strictObject({
  results: z.array(
    z.discriminatedUnion("ok", [
      z.strictObject({ ok: z.literal(true), id: z.string() }),
      z.strictObject({ ok: z.literal(false), id: z.string(), problem }),
    ]),
  ),
});
export type ResumeResults = z.infer<typeof resumeResults>;
