import { z } from "zod";
import { conflict } from "../../../shared/conflicts/schedule.ts";
import { executionRecord } from "../../../shared/execution/record/execution-record.ts";
import { agentName } from "../../../shared/plan/given-names.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { pageOf, pageQuery, unreadable, wholeNumber } from "./common.ts";
import { planView, stateCounts, stepView } from "./steps.ts";
import { inFlightCall } from "./system.ts";

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
    /** In the answer to an abort that holds: the audit could not be told of it yet, or a roll back goes on after it. */
    warning: z.string().exactOptional(),
    links: executionLinks,
  });
export type ExecutionSummary = z.infer<typeof executionSummary>;

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" });
/** Searched where something of it is said; a page may then hold less than its limit, or nothing, and have a `next`. */
export const executionSearch = pageQuery.extend({
  /** Somewhere in its id, its plans' names or goals, its agents, its tools, or who submitted it. */
  text: z.string().min(1).max(200).optional(),
  agent: agentName.optional(),
  tool: identifier.optional(),
  status: executionRecord.shape.status.optional(),
  since: instant.optional(),
  until: instant.optional(),
});
export const executionPage = pageOf(executionSummary).extend({ unreadable });
export type ExecutionPage = z.infer<typeof executionPage>;

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
