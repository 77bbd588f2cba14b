import { resourceKeysOverlap } from "../contracts/resources.ts";
import { type ConflictDraft, type ConflictRule, conflictId } from "./conflict-rule.ts";
import type { ConflictFacts } from "./facts.ts";
import { reachabilityIn } from "./reachability.ts";
import { neighboursInUse, type SharedUse } from "./resource-trackers.ts";
import { addWait, allEdges, isLive, nameOf, type WorkingSchedule, type WorkingStep } from "./working-schedule.ts";

type Lease = ConflictFacts["leases"][number];
type Shared = SharedUse & { kind: "shared" };
type Leased = { kind: "leased"; step: WorkingStep; leases: Lease[] };
type Found = Shared | Leased;

const TYPE = "RESOURCE_CONFLICT";

/**
 * Whether one step's call surely follows another's, of two that touch one resource. By the rule of order
 * (rule-of-order.ts) the first holds the second whatever becomes of the steps between them: one that is capped, or
 * aborted, keeps them in order as much as one that goes LIVE.
 */
const orderOf = (working: WorkingSchedule) => {
  const columns: { before: number[]; after: number[] } = { before: [], after: [] };
  for (const { before, after } of allEdges(working)) {
    // A circle between plans that were aborted for it leads back.
    if (before.turn >= after.turn) continue;
    columns.before.push(before.turn);
    columns.after.push(after.turn);
  }
  const reaches = reachabilityIn(working.steps.length, columns);
  return (before: WorkingStep, after: WorkingStep): boolean => reaches(before.turn, after.turn);
};

const sharedUses = (working: WorkingSchedule, live: readonly WorkingStep[]): Shared[] => {
  const started = working.edited?.started;
  const uses = neighboursInUse(live).filter(({ after }) => !started?.has(after));
  if (uses.length === 0) return [];
  const inOrder = orderOf(working);
  return uses.flatMap((use): Shared[] => (inOrder(use.before, use.after) ? [] : [{ kind: "shared", ...use }]));
};

/** Only what a step writes waits for a lease: reads take none. */
const leasedUses = (working: WorkingSchedule, live: readonly WorkingStep[]): Leased[] => {
  const { leases } = working.input.facts;
  if (leases.length === 0) return [];
  const byKey = Map.groupBy(leases, ({ key }) => key);
  const overlapping = (key: string, unresolved: boolean): readonly Lease[] => {
    const known = byKey.get(key);
    if (known !== undefined || !unresolved) return known ?? [];
    const found = leases.filter((lease) =>
      resourceKeysOverlap({ key, unresolved }, { key: lease.key, unresolved: false }),
    );
    byKey.set(key, found);
    return found;
  };
  return live.flatMap((step): Leased[] => {
    if (working.edited !== null && working.edited.step !== step) return [];
    const writing = step.resources.filter(({ access }) => access === "write");
    const held = [...new Set(writing.flatMap(({ key, unresolved }) => overlapping(key, unresolved)))];
    if (held.length === 0 || working.known.has(conflictId(TYPE, [step]))) return [];
    return [{ kind: "leased", step, leases: held }];
  });
};

const detect = (working: WorkingSchedule): Found[] => {
  const live = working.order.filter(isLive);
  return [...leasedUses(working, live), ...sharedUses(working, live)];
};

const resolveShared = (working: WorkingSchedule, { before, after, keys }: Shared): ConflictDraft => {
  addWait(working, before, after, "delay");
  return {
    steps: [before, after],
    strategy: "DELAY",
    status: "resolved",
    finding: `${nameOf(before)} and ${nameOf(after)} touch ${keys.join(", ")}, and nothing put their LIVE calls in order`,
    resolution: `${after.step.step_id} waits for ${before.step.step_id}; its second preview is made after the first has run`,
    details: { resources: keys, first: before.step.step_id, second: after.step.step_id },
  };
};

const resolveLeased = ({ step, leases }: Leased): ConflictDraft => {
  const holders = leases.map((lease) => `${lease.key} (step ${lease.step_id} of execution ${lease.execution_id})`);
  return {
    steps: [step],
    strategy: "DELAY",
    status: "pending",
    finding: `${nameOf(step)} writes what another execution is writing: ${holders.join(", ")}`,
    resolution: "waits until the lease is free",
    details: { leases: leases.map(({ key, execution_id, step_id }) => ({ key, execution_id, step_id })) },
  };
};

/**
 * Two steps without order between them touch one resource, one of them writing; or another execution writes it.
 * Waits are put between neighbours in the use of a resource. Those further apart are then in order too, so they are no
 * conflict any more: n writers of one resource are n - 1 conflicts.
 */
export const resourceConflict: ConflictRule<Found> = {
  type: TYPE,
  severity: 8,
  reads: ["live", "edges"],
  // Every two neighbours in use are in order then.
  thorough: true,
  detect,
  resolve: (working, found) => [found.kind === "shared" ? resolveShared(working, found) : resolveLeased(found)],
};
