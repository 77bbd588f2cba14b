import { z } from "zod";

/** For how many hours a call counts as made already where a submission does not say; asked for less, approvers are told. */
export const USUAL_DUPLICATE_WINDOW_HOURS = 24;

/** Settings of a submission for its execution. Every default is the safe one. */
export const executionConfig = z.strictObject({
  dry_run_only: z.boolean().default(false),
  /** LIVE starts that write, per plan. A plan with more has all its writing steps capped at DRY_RUN. */
  max_live_escalations: z.number().int().min(0).max(10_000).default(5),
  /** A HIGH risk step always needs a person; `false` is refused rather than ignored. */
  approval_required_for_high_risk: z
    .literal(true, { error: "cannot be switched off: a HIGH risk step always needs a person" })
    .default(true),
  confidence_threshold_for_live: z.number().min(0).max(1).default(0.75),
  enable_rollback_on_failure: z.boolean().default(true),
  require_validation: z.boolean().default(false),
  /** Three days. An open request can be extended. */
  approval_timeout_seconds: z.number().int().min(1).max(31_536_000).default(259_200),
  max_conflicts_before_abort: z.number().int().min(0).max(10_000).default(5),
  /** For how long the same call counts as made already. The deployment's floor holds below it. */
  duplicate_window_hours: z.number().min(0).max(8_760).default(USUAL_DUPLICATE_WINDOW_HOURS),
});
export type ExecutionConfig = z.infer<typeof executionConfig>;
