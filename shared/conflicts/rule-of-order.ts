import { type ExecutionMode, isBelow } from "../contracts/ceiling.ts";
import { resourceKeysOverlap } from "../contracts/resources.ts";
import type { Edge, ScheduledStep } from "./schedule.ts";

/**
 * The rule of order, stated once: **what stands ahead of a step holds it, whatever became of the steps between them.**
 * A step stands ahead of another where a chain of dependencies (`depends_on`, `$from`, a contract's) leads from one to
 * the other: so far a refusal, an abort and a ceiling reach. Where other edges lead there (an agent's order, a delay, a
 * duplicate), it does as a neighbour, and further off where both are of one plan or one record. A read, a duplicate whose
 * call was made elsewhere, a step that was capped, refused or aborted: none of them cuts the chain. Five read it here:
 * - the wait: nothing is sent while something ahead is undecided (`inOrderWith`, in `shared/execution/order/waits.ts`);
 * - the ceiling: nothing goes higher than what holds it got, or can still get (`limitsBy`);
 * - what a no stops: all that stands behind it (`stepsBehind`, in `shared/execution/request/surroundings.ts`);
 * - the roll back: nothing is undone before what stands behind it (`inOrderWith`, in `shared/execution/wave/roll-back.ts`);
 * - what a record may show: nothing made behind something missing (`isMissing`, in `shared/verification/checks/order.ts`).
 */

type Kind = Pick<Edge, "kind">;

/** Along such edges a refusal, an abort and a ceiling travel; along the others only the wait does. */
export const isDependency = ({ kind }: Kind): boolean => kind === "depends_on" || kind === "contract";

/** The order in which steps were made, and are undone in reverse. Of two equal calls only one was made. */
export const isInOrder = ({ kind }: Kind): boolean => kind !== "twin";

export type Way = (edge: Edge) => boolean;

/** All that `next` leads to, nearest first, each once, also round a circle. Linear, and no further than it is asked for. */
export function* reached<Node>(from: Iterable<Node>, next: (node: Node) => Iterable<Node>): Iterable<Node> {
  const found = new Set(from);
  // A set hands out what is added while it is walked.
  for (const node of found) {
    yield node;
    for (const each of next(node)) found.add(each);
  }
}

/**
 * Every step that stands behind `step_id` along such edges, nearest first; nobody looks behind one that `isClear`, which
 * has nothing behind it that is looked for.
 */
export const stepsBehind = (
  { edgesOutOf }: { readonly edgesOutOf: (step_id: string) => readonly Edge[] },
  step_id: string,
  along: Way,
  isClear: (step_id: string) => boolean = nowhere,
): Set<string> => {
  const next = (id: string): string[] => edgesOutOf(id).flatMap((edge) => (along(edge) ? [edge.after] : []));
  return new Set(reached(next(step_id), (id) => (isClear(id) ? [] : next(id))));
};

const nowhere = (): boolean => false;

/** Every step that stands ahead of one of these along such edges: one look for all of them, which is linear. */
export const stepsAhead = (
  { edgesInto }: { readonly edgesInto: (step_id: string) => readonly Edge[] },
  step_ids: Iterable<string>,
  along: Way,
): Set<string> => {
  const next = (id: string): string[] => edgesInto(id).flatMap((edge) => (along(edge) ? [edge.before] : []));
  return new Set(reached([...step_ids].flatMap(next), next));
};

/** `writer` writes what `step` touches. */
export const sharesWrittenResource = (writer: ScheduledStep, step: ScheduledStep): boolean =>
  writer.writes &&
  writer.resources.some(
    (written) => written.access === "write" && step.resources.some((touched) => resourceKeysOverlap(written, touched)),
  );

/** Whether the order between them outlives what stands between: one plan's own, or that of one resource. */
const concerns = (one: ScheduledStep, other: ScheduledStep): boolean =>
  one.plan_id === other.plan_id || sharesWrittenResource(one, other) || sharesWrittenResource(other, one);

export type Looking = {
  /** The neighbours on the side that is looked at: ahead, or behind. */
  readonly next: (step_id: string) => readonly string[];
  readonly step: (step_id: string) => ScheduledStep;
  /** Whether it is one of those that are looked for. */
  readonly counts: (step_id: string) => boolean;
  /** None of those is it, nor stands beyond it. */
  readonly isClear: (step_id: string) => boolean;
};

/**
 * Of the steps that are looked for, those whose order with `step` holds, nearest first: its neighbours, and of those
 * further off the ones that concern it.
 */
export function* inOrderWith(
  step: ScheduledStep,
  { next, step: stepOf, counts, isClear }: Looking,
): Iterable<ScheduledStep> {
  const near = new Set(next(step.step_id));
  for (const id of reached(near, (from) => (isClear(from) ? [] : next(from)))) {
    if (!counts(id)) continue;
    const other = stepOf(id);
    if (near.has(id) || concerns(other, step)) yield other;
  }
}

/** The fate of a step, as far as the rule asks. */
export type Became = {
  readonly writes: boolean;
  /** A person or time said no to it. */
  readonly refused: boolean;
  /** How high it got, or can still get: LIVE where its effect stands, whoever made it. */
  readonly mode: ExecutionMode;
};

/** It holds all that stands behind it, near and far. A read holds only those that use its output. */
const holds = ({ writes, refused }: Became): boolean => writes || refused;

/** Nothing may be made behind it. */
export const isMissing = (became: Became): boolean => holds(became) && isBelow(became.mode, "LIVE");

/** One that a step depends on, as the step sees it. */
export type Dependency<Step> = Became & {
  readonly step: Step;
  readonly feeds: boolean;
  /** The step ahead of it in turn hands on. */
  readonly ahead: Limit<Step> | undefined;
};

/** The lowest of what stands ahead, where that is below LIVE. */
export type Limit<Step> = { readonly step: Step; readonly mode: ExecutionMode };

export type Limits<Step> = {
  /** How high the step itself may go at most. */
  readonly own: Limit<Step> | undefined;
  /** The limit it hands on to those behind it, whatever becomes of it. */
  readonly ahead: Limit<Step> | undefined;
};

const lower = <Step>(one: Limit<Step> | undefined, other: Limit<Step> | undefined): Limit<Step> | undefined => {
  if (other === undefined || other.mode === "LIVE") return one;
  return one === undefined || isBelow(other.mode, one.mode) ? other : one;
};

/**
 * The limit that its dependencies, taken together, set for a step, and the one they hand on. Of equals the first
 * counts.
 */
export const limitsBy = <Step>(dependencies: Iterable<Dependency<Step>>): Limits<Step> => {
  let own: Limit<Step> | undefined;
  let ahead: Limit<Step> | undefined;
  for (const dependency of dependencies) {
    const { step, mode, feeds } = dependency;
    const held = holds(dependency);
    if (held || feeds) own = lower(own, { step, mode });
    if (held) ahead = lower(ahead, { step, mode });
    own = lower(own, dependency.ahead);
    ahead = lower(ahead, dependency.ahead);
  }
  return { own, ahead };
};
