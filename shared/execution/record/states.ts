/**
 * The ladder as one table: state x event -> state. Step Functions decides when something happens; this table decides
 * whether it may. Write conditions, documentation and tests are derived from it.
 */
export const EXECUTION_STATES = [
  "MOCK",
  "DRY_RUN",
  "AWAITING_APPROVAL",
  "LIVE",
  "ROLLBACK",
  "ABORTED",
  "LOCKED",
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** The name of the transition's trigger in the artifact that later phases read. */
export const TRIGGERS = ["completion", "approval", "error", "rollback", "safety_gate"] as const;
export type Trigger = (typeof TRIGGERS)[number];

type Row = {
  readonly from: readonly ExecutionState[];
  readonly to: ExecutionState;
  /**
   * Where the step stands before and after, finer than the state: `open` has work left on this state, `finished` has
   * ended there; `reconcile` and `reconcile_undo` wait for a person's word on an unknown outcome of the call or of its
   * compensation, `undo_asked` for one on whether to undo, `undo_failed` for one on a compensation that failed;
   * `undo_frozen` is a compensation that a lock holds.
   */
  readonly phase: Phase;
  readonly toPhase: Phase;
  readonly trigger: Trigger;
  /** The condition in words, as documentation prints it. */
  readonly when: string;
};

export const PHASES = [
  "open",
  "finished",
  "reconcile",
  "reconcile_undo",
  "undo_asked",
  "undo_failed",
  "undo_frozen",
] as const;
export type Phase = (typeof PHASES)[number];

export const TRANSITIONS = {
  mock_succeeded: {
    from: ["MOCK"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "open",
    trigger: "completion",
    when: "the mock succeeded and the ceiling is above MOCK",
  },
  previewed: {
    from: ["DRY_RUN"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "open",
    trigger: "completion",
    when: "a preview was made, or made again because what it rests on has changed",
  },
  ceiling_reached: {
    from: ["MOCK", "DRY_RUN"],
    phase: "open",
    to: "same",
    toPhase: "finished",
    trigger: "safety_gate",
    when: "the rung succeeded and the ceiling allows no higher one",
  },
  failed: {
    from: ["MOCK", "DRY_RUN"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "error",
    when: "the mock or the preview failed",
  },
  aborted: {
    from: ["MOCK", "DRY_RUN", "AWAITING_APPROVAL", "LIVE", "LOCKED"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "safety_gate",
    when: "execution aborted, dependency aborted, conflict resolved by ABORT, or plan failed; from LIVE only while nothing was sent, from LOCKED only when the execution is aborted or fails",
  },
  approval_requested: {
    from: ["DRY_RUN"],
    phase: "open",
    to: "AWAITING_APPROVAL",
    toPhase: "open",
    trigger: "approval",
    when: "the preview is sealed and an approval is needed",
  },
  live_allowed: {
    from: ["DRY_RUN"],
    phase: "open",
    to: "LIVE",
    toPhase: "open",
    trigger: "completion",
    when: "the preview is sealed and no approval is needed",
  },
  approved: {
    from: ["AWAITING_APPROVAL"],
    phase: "open",
    to: "LIVE",
    toPhase: "open",
    trigger: "approval",
    when: "all approvals the contract asks for were given for the sealed preview",
  },
  edited: {
    from: ["AWAITING_APPROVAL"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "open",
    trigger: "approval",
    when: "an approver changed the arguments: checked like a new step, asked anew",
  },
  rejected: {
    from: ["AWAITING_APPROVAL"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "finished",
    trigger: "approval",
    when: "an approver rejected it: the preview stands, nothing was done",
  },
  ceiling_fell: {
    from: ["AWAITING_APPROVAL", "LIVE"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "finished",
    trigger: "safety_gate",
    when: "the ceiling fell below LIVE while it waited, also because its plan's deadline is over; from LIVE only while nothing was sent",
  },
  expired: {
    from: ["AWAITING_APPROVAL"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "approval",
    when: "nobody decided in time",
  },
  preview_outdated: {
    from: ["AWAITING_APPROVAL"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "open",
    trigger: "safety_gate",
    when: "what the sealed preview rests on has changed: asked anew",
  },
  drifted: {
    from: ["LIVE"],
    phase: "open",
    to: "DRY_RUN",
    toPhase: "open",
    trigger: "safety_gate",
    when: "nothing was sent and the preview, made again, differs from the sealed one: asked anew",
  },
  live_deferred: {
    from: ["LIVE"],
    phase: "open",
    to: "LIVE",
    toPhase: "open",
    trigger: "safety_gate",
    when: "nothing was sent yet, or the outcome is not settled yet: looked at again a little later",
  },
  live_not_started: {
    from: ["LIVE"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "safety_gate",
    when: "nothing was sent: lease, semaphore or rate limit not free in time",
  },
  live_succeeded: {
    from: ["LIVE"],
    phase: "open",
    to: "LIVE",
    toPhase: "finished",
    trigger: "completion",
    when: "the call succeeded",
  },
  live_failed: {
    from: ["LIVE"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "error",
    when: "the call failed without effect: the plan fails",
  },
  live_unknown: {
    from: ["LIVE"],
    phase: "open",
    to: "AWAITING_APPROVAL",
    toPhase: "reconcile",
    trigger: "error",
    when: "the outcome is still unknown after the contract's outcome_resolution",
  },
  reconciled_happened: {
    from: ["AWAITING_APPROVAL"],
    phase: "reconcile",
    to: "LIVE",
    toPhase: "finished",
    trigger: "approval",
    when: "a person found that the call happened",
  },
  reconciled_not_happened: {
    from: ["AWAITING_APPROVAL"],
    phase: "reconcile",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "approval",
    when: "a person found that the call did not happen: the plan fails",
  },
  undo_asked: {
    from: ["LIVE"],
    phase: "finished",
    to: "AWAITING_APPROVAL",
    toPhase: "undo_asked",
    trigger: "rollback",
    when: "it is to be undone, and a committed step that cannot be undone depends on it, or the call that undoes it wants approval: not undone without a person",
  },
  undo_answered: {
    from: ["AWAITING_APPROVAL"],
    phase: "undo_asked",
    to: "LIVE",
    toPhase: "finished",
    trigger: "approval",
    when: "a person said whether to undo it",
  },
  undone_by_hand: {
    from: ["AWAITING_APPROVAL"],
    phase: "undo_asked",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "approval",
    when: "a person who was asked whether to undo it reports it undone",
  },
  rollback_started: {
    from: ["LIVE"],
    phase: "finished",
    to: "ROLLBACK",
    toPhase: "open",
    trigger: "rollback",
    when: "its plan failed and roll back is enabled, or a person asks, and the step can be compensated",
  },
  undo_withheld: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "AWAITING_APPROVAL",
    toPhase: "undo_asked",
    trigger: "rollback",
    when: "nothing was sent to undo it, because what another execution did rests on it and stands, or because what is to undo it could not be had in time: not undone without a person",
  },
  compensated: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "rollback",
    when: "the compensation succeeded",
  },
  undo_deferred: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "ROLLBACK",
    toPhase: "open",
    trigger: "rollback",
    when: "the compensation was not sent yet, or its outcome is not settled yet: looked at again a little later",
  },
  compensation_unknown: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "AWAITING_APPROVAL",
    toPhase: "reconcile_undo",
    trigger: "error",
    when: "the compensation's outcome is unknown",
  },
  undo_happened: {
    from: ["AWAITING_APPROVAL"],
    phase: "reconcile_undo",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "approval",
    when: "a person found that the compensation happened",
  },
  undo_not_happened: {
    from: ["AWAITING_APPROVAL"],
    phase: "reconcile_undo",
    to: "ROLLBACK",
    toPhase: "open",
    trigger: "approval",
    when: "a person found that the compensation did not happen: tried again",
  },
  compensation_failed: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "LOCKED",
    toPhase: "undo_failed",
    trigger: "error",
    when: "the compensation failed, or the value is no longer ours: a person must act",
  },
  undo_settled: {
    from: ["LOCKED"],
    phase: "undo_failed",
    to: "ABORTED",
    toPhase: "finished",
    trigger: "approval",
    when: "a person reports it undone, or accepts it as it stands",
  },
  locked: {
    from: ["MOCK", "DRY_RUN", "AWAITING_APPROVAL", "LIVE"],
    phase: "open",
    to: "LOCKED",
    toPhase: "open",
    trigger: "safety_gate",
    when: "a lock applies; from LIVE only while nothing was sent",
  },
  resumed: {
    from: ["LOCKED"],
    phase: "open",
    to: "MOCK",
    toPhase: "open",
    trigger: "approval",
    when: "unlocked and resumed: an unchanged digest keeps its decisions",
  },
  undo_frozen: {
    from: ["ROLLBACK"],
    phase: "open",
    to: "LOCKED",
    toPhase: "undo_frozen",
    trigger: "safety_gate",
    when: "a freeze_all lock applies and no compensation was sent",
  },
  undo_resumed: {
    from: ["LOCKED"],
    phase: "undo_frozen",
    to: "ROLLBACK",
    toPhase: "open",
    trigger: "approval",
    when: "unlocked and resumed: the compensation goes on",
  },
} as const satisfies Record<string, Omit<Row, "to"> & { readonly to: ExecutionState | "same" }>;

export type StepEventName = keyof typeof TRANSITIONS;

export type Position = { readonly state: ExecutionState; readonly phase: Phase };

/** Where every step begins. */
export const INITIAL: Position = { state: "MOCK", phase: "open" };

/** The position after `event`, or undefined when the table does not allow it there. */
export const after = (position: Position, event: StepEventName): Position | undefined => {
  const row: Omit<Row, "to"> & { readonly to: ExecutionState | "same" } = TRANSITIONS[event];
  if (row.phase !== position.phase || !row.from.includes(position.state)) return undefined;
  return { state: row.to === "same" ? position.state : row.to, phase: row.toPhase };
};
