import { type Ceiling, type CeilingReason, ceilingOf, isBelow } from "../contracts/ceiling.ts";
import type { TouchedResource } from "../contracts/resources.ts";
import type { ToolContract } from "../contracts/tool-contract.ts";
import type { JsonObject } from "../plan/json.ts";
import type { PlanStep } from "../plan/tool-execution-plan.ts";
import type { ConflictInput } from "./conflict-input.ts";
import type { Conflict, EdgeKind, ScheduledPlan } from "./schedule.ts";

/** The schedule while rules work on it. Only the functions below change it, so that every change is counted. */
export type WorkingStep = {
  /** Among all steps as submitted: plan by plan, position by position. */
  readonly index: number;
  readonly plan: WorkingPlan;
  readonly step: PlanStep;
  readonly contract: ToolContract;
  readonly writes: boolean;
  readonly resources: readonly TouchedResource[];
  /** The call it would make, in the form in which calls are compared; null where that is no question, or not known. */
  readonly call: JsonObject | null;
  /** Steps that it depends on (`depends_on` and contract edges), and steps that depend on it. */
  readonly dependencies: WorkingStep[];
  readonly dependents: WorkingStep[];
  acting_agent_id: string;
  approval_needed: boolean;
  approvals_required: number;
  ceiling: Ceiling;
  aborted: string | null;
  /** Aborted as a duplicate: what depends on it takes the other call as done. */
  done_elsewhere: boolean;
  not_before_seconds: number;
  /** Where it stands now. */
  place: number;
  /** Where it stands in the order that respects every dependency. New edges go from lower to higher, so none closes a circle. */
  turn: number;
};

export type WorkingPlan = {
  readonly head: Omit<ScheduledPlan, "step_ids" | "aborted" | "warnings">;
  readonly steps: WorkingStep[];
  /** Its dependencies and its agents' own order; never leave the plan. */
  edges: WorkingEdge[];
  aborted: string | null;
  readonly warnings: string[];
  /** Effective permissions by agent, as far as they were asked for. */
  readonly permissions: Map<string, ReadonlySet<string>>;
};

export type WorkingEdge = { before: WorkingStep; after: WorkingStep; kind: EdgeKind };

/** The view that rules look at. A rule looks again when something it reads was changed by another. */
export type Aspect = "live" | "edges" | "times";

export type WorkingSchedule = {
  readonly input: ConflictInput;
  readonly plans: WorkingPlan[];
  /** By index. */
  readonly steps: WorkingStep[];
  /** By turn. */
  readonly order: WorkingStep[];
  /** Edges that resolutions put between steps, of one plan or of two. */
  readonly waits: WorkingEdge[];
  /** The same as pair numbers, by kind. */
  readonly waiting: Record<"delay" | "twin", Set<number>>;
  /** By id, in the order they were found; the last word on the same steps stands. */
  readonly conflicts: Map<string, Conflict>;
  /** Ids of the conflicts on record: found again, they are nothing new. */
  readonly known: Set<string>;
  /** Set while one edited step is checked: the past and other executions are asked about it alone. */
  readonly edited: { step: WorkingStep; started: ReadonlySet<WorkingStep> } | null;
  /** How often each aspect was changed. */
  readonly changes: Record<Aspect, number>;
};

export const isLive = (step: WorkingStep): boolean => step.aborted === null && step.ceiling.mode === "LIVE";

/** A pair of steps as one number: `before.index * steps + after.index`. */
export const pairNumber = (working: WorkingSchedule, before: WorkingStep, after: WorkingStep): number =>
  before.index * working.steps.length + after.index;

/** Every edge: the plans' own, plan by plan, then those of resolutions. */
export const allEdges = (working: WorkingSchedule): WorkingEdge[] => [
  ...working.plans.flatMap(({ edges }) => edges),
  ...working.waits,
];

/** `after` waits for `before`. Throws on an edge against the order, which could close a circle. */
export const addWait = (
  working: WorkingSchedule,
  before: WorkingStep,
  after: WorkingStep,
  kind: "delay" | "twin",
): void => {
  if (before.turn >= after.turn)
    throw new RangeError(`${after.step.step_id} cannot wait for ${before.step.step_id}, which comes after it`);
  const pair = pairNumber(working, before, after);
  if (working.waiting[kind].has(pair)) return;
  working.waiting[kind].add(pair);
  working.waits.push({ before, after, kind });
  working.changes.edges += 1;
};

/**
 * Aborts a step and all that stands behind it; where the call is done elsewhere, what depends on it goes on. One that
 * was done elsewhere before hands the abort on, since only its own call was made.
 */
export const abortStep = (working: WorkingSchedule, step: WorkingStep, reason: string, doneElsewhere = false): void => {
  if (step.aborted !== null) return;
  step.aborted = reason;
  step.done_elsewhere = doneElsewhere;
  working.changes.live += 1;
  if (doneElsewhere) return;
  const open = [step];
  const seen = new Set(open);
  for (let first = open.pop(); first !== undefined; first = open.pop()) {
    for (const dependent of first.dependents) {
      if (seen.has(dependent) || (dependent.aborted !== null && !dependent.done_elsewhere)) continue;
      seen.add(dependent);
      dependent.aborted ??= `depends on ${step.step.step_id}, which was aborted: ${reason}`;
      open.push(dependent);
    }
  }
};

/** Lowers a step's ceiling and keeps the reason. */
export const capStep = (working: WorkingSchedule, step: WorkingStep, reason: CeilingReason): void => {
  if (isBelow(reason.mode, step.ceiling.mode)) working.changes.live += 1;
  step.ceiling = ceilingOf([...step.ceiling.reasons, reason]);
};

/** No LIVE start before `seconds` after the execution's start. */
export const holdStep = (working: WorkingSchedule, step: WorkingStep, seconds: number): void => {
  if (seconds <= step.not_before_seconds) return;
  step.not_before_seconds = seconds;
  working.changes.times += 1;
};

/** A person must permit the step before it goes LIVE, whatever its contract says. */
export const requireApproval = (step: WorkingStep): void => {
  step.approval_needed = true;
  step.approvals_required = Math.max(1, step.approvals_required);
};

/** Typical duration of a step's LIVE call in seconds: its tool's latency as measured, else the contract's timeout. */
export const secondsFor = (working: WorkingSchedule, step: WorkingStep): number =>
  working.input.facts.latency_seconds.get(step.step.tool_name) ?? step.contract.timeout_seconds;

/** How a step is called in sentences: `s1 (ghl_update_contact)`. */
export const nameOf = ({ step }: WorkingStep): string => `${step.step_id} (${step.tool_name})`;
