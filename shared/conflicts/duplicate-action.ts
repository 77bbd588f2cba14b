import type { JsonObject } from "../plan/json.ts";
import { callDigest, callText } from "./call-digest.ts";
import { type ConflictDraft, type ConflictRule, conflictId } from "./conflict-rule.ts";

import {
  abortedInWords,
  DUPLICATE_SEVERITY,
  type EarlierCall,
  isUndecided,
  REPEAT_WAITS,
  repeatOf,
} from "./repeated-call.ts";
import {
  abortStep,
  addWait,
  isLive,
  nameOf,
  requireApproval,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

/** `earlier` are the calls it repeats, `first` the first of all. */
type Duplicate = { kind: "duplicate"; step: WorkingStep; first: WorkingStep; earlier: readonly WorkingStep[] };
type Repeat = { kind: "repeat"; step: WorkingStep; call: EarlierCall };
type Found = Duplicate | Repeat;

const TYPE = "DUPLICATE_ACTION";

/** A later call waits for the first and for this many before it; for those between, it waits by way of these. */
const DUPLICATES_WAITED_FOR = 32;

/** A step that would make a call which must not be made twice, and it is known which. */
type Calling = WorkingStep & { readonly call: JsonObject };

const isComparable = (step: WorkingStep): step is Calling => isLive(step) && step.call !== null;

/**
 * Equal calls have equal checksums, and few others have: whole arguments are compared only where checksums are equal. The
 * same characters in any order, as keys may stand in any.
 */
const checksumOf = ({ step, call }: Calling): string => {
  const text = JSON.stringify(call);
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum += text.charCodeAt(index);
  return `${step.tool_name} ${text.length} ${sum}`;
};

const groupBy = (steps: readonly Calling[], keyOf: (step: Calling) => string): Calling[][] => {
  const groups = new Map<string, Calling[]>();
  for (const step of steps) {
    const key = keyOf(step);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [step]);
    else group.push(step);
  }
  return [...groups.values()].filter((group) => group.length > 1);
};

const textOf = ({ step, call }: Calling): string => callText(step.tool_name, call);

const isNew = ({ known }: WorkingSchedule, steps: readonly WorkingStep[]): boolean =>
  !known.has(conflictId(TYPE, steps));

/** A call in the ledger that may have had its effect. REJECTED had none. */
const earlierCall = ({ input }: WorkingSchedule, { step, call }: Calling): EarlierCall | undefined => {
  if (input.facts.recent_calls.size === 0) return undefined;
  const earlier = input.facts.recent_calls.get(callDigest(step.tool_name, call));
  return earlier?.status === "REJECTED" ? undefined : earlier;
};

const repeats = (working: WorkingSchedule, steps: readonly Calling[]): Repeat[] =>
  steps.flatMap((step): Repeat[] => {
    if (working.edited !== null && working.edited.step !== step) return [];
    const call = earlierCall(working, step);
    return call === undefined || !isNew(working, [step]) ? [] : [{ kind: "repeat", step, call }];
  });

const hasStarted = ({ edited }: WorkingSchedule, step: WorkingStep): boolean => edited?.started.has(step) ?? false;

const duplicates = (working: WorkingSchedule, steps: readonly Calling[]): Duplicate[] =>
  groupBy(steps, checksumOf)
    .flatMap((alike) => groupBy(alike, textOf))
    .flatMap((group) => {
      const [first] = group;
      return group.flatMap((step, index): Duplicate[] => {
        if (first === undefined || index === 0 || hasStarted(working, step)) return [];
        const earlier = [first, ...group.slice(Math.max(1, index - DUPLICATES_WAITED_FOR), index)];
        return isNew(working, [first, step]) ? [{ kind: "duplicate", step, first, earlier }] : [];
      });
    });

/** Dropped before anything runs. One that waits to see whether it is a duplicate may yet run: those that repeat it wait for it. */
const endsAtOnce = ({ step, call }: Repeat): boolean => !(step.step.allow_duplicate || isUndecided(call));

const detect = (working: WorkingSchedule): Found[] => {
  const comparable = working.order.filter(isComparable);
  const found = repeats(working, comparable);
  const ending = new Set<WorkingStep>(found.flatMap((repeat) => (endsAtOnce(repeat) ? [repeat.step] : [])));
  return [
    ...found,
    ...duplicates(working, ending.size === 0 ? comparable : comparable.filter((step) => !ending.has(step))),
  ];
};

const resolveRepeat = (working: WorkingSchedule, { step, call }: Repeat): ConflictDraft => {
  const { finding, details } = repeatOf(step.step, call);
  if (step.step.allow_duplicate) {
    requireApproval(step);
    const resolution = "allow_duplicate is set: it waits for a person, who sees both calls";
    return { steps: [step], strategy: "DELAY", status: "resolved", finding, resolution, details };
  }
  if (isUndecided(call)) {
    return { steps: [step], strategy: "DELAY", status: "pending", finding, resolution: REPEAT_WAITS, details };
  }
  abortStep(
    working,
    step,
    `duplicate of step ${call.step_id} of execution ${call.execution_id} (${call.status})`,
    true,
  );
  return { steps: [step], strategy: "ABORT", status: "resolved", finding, resolution: abortedInWords(call), details };
};

/**
 * Each waits until the fate of those before it is known: where the first had no effect, the second may yet have one.
 * A permitted duplicate waits too, so that its approver sees how the first ended, but never falls with it.
 */
const resolveDuplicate = (working: WorkingSchedule, { step, first, earlier }: Duplicate): ConflictDraft => {
  const { allow_duplicate } = step.step;
  const kind = allow_duplicate ? "delay" : "twin";
  for (const each of earlier) addWait(working, each, step, kind);
  const common = {
    steps: [first, step],
    strategy: "DELAY" as const,
    finding: `${nameOf(step)} makes the same call as ${nameOf(first)}`,
    details: {
      duplicate_of: { plan_id: first.step.plan_id, step_id: first.step.step_id },
      waits_for: earlier.map(({ step }) => step.step_id),
      allow_duplicate,
    },
  };
  if (allow_duplicate) {
    requireApproval(step);
    return {
      ...common,
      status: "resolved",
      resolution: "allow_duplicate is set: runs after the first if a person permits it",
    };
  }
  return {
    ...common,
    status: "pending",
    resolution: "waits: aborted if the first committed or is unknown, else it runs",
  };
};

/** The same call of a tool that must not act twice: twice in the plans, or made already within the window. */
export const duplicateAction: ConflictRule<Found> = {
  type: TYPE,
  severity: DUPLICATE_SEVERITY,
  reads: ["live"],
  detect,
  resolve: (working, found) => [
    found.kind === "duplicate" ? resolveDuplicate(working, found) : resolveRepeat(working, found),
  ],
};
