import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EdgeKind, Schedule, ScheduledStep } from "../../../../shared/conflicts/schedule.ts";
import { resourceKeysOverlap } from "../../../../shared/contracts/resources.ts";
import { recordOfCall } from "../../../../shared/execution/order/duplicates.ts";
import { dynamicCeilings } from "../../../../shared/execution/order/dynamic-ceiling.ts";
import { waitsOf } from "../../../../shared/execution/order/waits.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { stoppedWith } from "../../../../shared/execution/request/surroundings.ts";
import { indexSchedule } from "../../../../shared/execution/view/view.ts";
import { advance } from "../../../../shared/execution/wave/advance.ts";
import { layersOf } from "../../../../shared/execution/wave/roll-back-layers.ts";
import { missingAhead } from "../../../../shared/verification/checks/order.ts";
import { CONTRACTS, scheduleOf, schedules } from "../../../harness/arbitrary-schedules.ts";
import { choicesFrom } from "../../../harness/choices.ts";
import { plan, update } from "../../../harness/plans.ts";
import { live } from "../../../harness/play-pure.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";

/*
 * The rule of order, told here once more and in the plainest way, and asked of everybody who reads it in
 * shared/conflicts/rule-of-order.ts: the wait, the ceiling, what a no stops, the roll back and verify.
 */

const DEPENDENCIES: readonly EdgeKind[] = ["depends_on", "contract"];
const ALL: readonly EdgeKind[] = [...DEPENDENCIES, "order", "delay", "twin"];
const IN_ORDER = ALL.filter((kind) => kind !== "twin");

type Told = { readonly schedule: Schedule; readonly records: ReadonlyMap<string, StepRecord> };

const stepOf = ({ schedule }: Told, id: string): ScheduledStep => {
  const step = schedule.steps.find(({ step_id }) => step_id === id);
  if (step === undefined) throw new RangeError(id);
  return step;
};
const recordOf = ({ records }: Told, id: string): StepRecord => {
  const record = records.get(id);
  if (record === undefined) throw new RangeError(id);
  return record;
};

const neighbours = ({ schedule }: Told, id: string, kinds: readonly EdgeKind[]): string[] =>
  schedule.edges.filter(({ after, kind }) => after === id && kinds.includes(kind)).map(({ before }) => before);

const ahead = (told: Told, id: string, kinds: readonly EdgeKind[]): Set<string> => {
  const found = new Set<string>();
  const from = (each: string): void => {
    for (const before of neighbours(told, each, kinds)) {
      if (found.has(before)) continue;
      found.add(before);
      from(before);
    }
  };
  from(id);
  return found;
};

const shareARecord = (one: ScheduledStep, other: ScheduledStep): boolean =>
  one.resources.some((mine) =>
    other.resources.some((yours) => {
      const written = (one.writes && mine.access === "write") || (other.writes && yours.access === "write");
      return written && resourceKeysOverlap(mine, yours);
    }),
  );

/** Ahead as a neighbour, or further off in one plan or about one record. */
const inOrderAhead = (told: Told, id: string, kinds: readonly EdgeKind[]): string[] => {
  const near = neighbours(told, id, kinds);
  const step = stepOf(told, id);
  return [...ahead(told, id, kinds)].filter((each) => {
    const other = stepOf(told, each);
    return near.includes(each) || other.plan_id === step.plan_id || shareARecord(step, other);
  });
};

const callOf = (told: Told, id: string): StepRecord => {
  const record = recordOf(told, id);
  if (record.ending !== "conflict") return record;
  const firsts = neighbours(told, id, ["twin"]).map((before) => recordOf(told, before));
  return firsts.find(({ committed, phase }) => committed || phase === "reconcile") ?? record;
};

const isUndecided = (record: StepRecord): boolean => record.phase !== "finished";
const isUnsettled = ({ phase }: StepRecord): boolean => !["finished", "undo_failed", "undo_asked"].includes(phase);
const wasMade = (record: StepRecord): boolean => record.committed || record.live_output !== null;
const wasRefused = ({ ending }: StepRecord): boolean => ending === "rejected" || ending === "expired";

/** It ended, and nothing may go LIVE behind it. */
const isGone = (told: Told, id: string, undoneCounts: boolean): boolean => {
  const record = callOf(told, id);
  if (isUndecided(record)) return false;
  const there = wasMade(record) && !(undoneCounts && record.ending === "compensated");
  return (stepOf(told, id).writes || wasRefused(record)) && !there;
};

/** As generated, with joins, chains past reads and duplicates, and orders between plans that no plan names. */
const joined: fc.Arbitrary<Schedule> = fc
  .tuple(schedules, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 2 })), { maxLength: 12, size: "max" }))
  .map(([schedule, more]) => {
    const { steps } = schedule;
    const edges = more.flatMap(([one, other, kind]) => {
      const [before, after] = [one % steps.length, other % steps.length].sort((a, b) => a - b).map((at) => steps[at]);
      if (before === undefined || after === undefined || before === after) return [];
      const among =
        before.plan_id === after.plan_id ? (["depends_on", "contract", "order"] as const) : (["delay"] as const);
      return [{ before: before.step_id, after: after.step_id, kind: among[kind % among.length] ?? "delay" }];
    });
    return { ...schedule, edges: [...schedule.edges, ...edges] };
  });
const numbers = fc.array(fc.nat({ max: 479 }), { maxLength: 120, size: "max" });

const ceilingsOf = (run: PureExecution, records: ReadonlyMap<string, StepRecord>) => {
  const ceilings = dynamicCeilings(
    run.view(),
    indexSchedule(run.schedule),
    (id) => recordOf({ schedule: run.schedule, records }, id),
    () => undefined,
  );
  return (id: string) => ceilings.of(id).mode;
};

const waits = (told: Told): void => {
  const index = indexSchedule(told.schedule);
  const asked = waitsOf(told.schedule.steps, index, (id) =>
    recordOfCall(recordOf(told, id), index.edgesInto(id), (each) => recordOf(told, each)),
  );
  for (const step of told.schedule.steps) {
    const held =
      [...ahead(told, step.step_id, DEPENDENCIES)].some((id) => isUndecided(callOf(told, id))) ||
      inOrderAhead(told, step.step_id, ALL).some((id) => isUnsettled(callOf(told, id)));
    expect(asked.isHeld(step), `${step.step_id} waits`).toBe(held);
  }
};

const ceilings = (run: PureExecution): void => {
  const told = { schedule: run.schedule, records: run.records };
  const modeOf = ceilingsOf(run, run.records);
  for (const { step_id } of run.schedule.steps) {
    const gone = [...ahead(told, step_id, DEPENDENCIES)].filter((id) => isGone(told, id, true));
    if (gone.length > 0) expect(modeOf(step_id), `${step_id} behind ${gone.join(", ")}`).not.toBe("LIVE");
  }
};

/** A no lowers what its request names, and nothing else. */
const noes = (run: PureExecution): number => {
  const told = { schedule: run.schedule, records: run.records };
  const before = ceilingsOf(run, run.records);
  let named = 0;
  for (const { step_id } of run.schedule.steps) {
    const record = recordOf(told, step_id);
    if (record.state !== "AWAITING_APPROVAL" || record.phase !== "open") continue;
    const stopped = stoppedWith(indexSchedule(run.schedule), run.view(), step_id);
    const behind = run.schedule.steps.filter(({ step_id: id }) => ahead(told, id, DEPENDENCIES).has(step_id));
    const open = behind.map(({ step_id: id }) => id).filter((id) => isUndecided(recordOf(told, id)));
    expect([...stopped].sort(), `a no to ${step_id} stops`).toEqual(open.sort());
    const rejected = { ...record, state: "DRY_RUN", phase: "finished", ending: "rejected" } as const;
    const after = ceilingsOf(run, new Map(run.records).set(step_id, rejected));
    for (const { step_id: id } of run.schedule.steps) {
      if (stopped.includes(id)) expect(after(id), `${id} behind ${step_id}`).not.toBe("LIVE");
      else if (id !== step_id && isUndecided(recordOf(told, id))) expect(after(id), id).toBe(before(id));
    }
    named += stopped.length;
  }
  return named;
};

const undoable = (run: PureExecution, step: ScheduledStep): boolean => {
  const record = recordOf(run, step.step_id);
  const reversible = CONTRACTS.get(step.tool_name)?.compensation !== "none";
  return step.writes && record.committed && record.state === "LIVE" && record.phase === "finished" && reversible;
};

/** With what stands behind a dropped duplicate behind the call too because of which it was dropped. */
const withTaken = (told: Told): Told => {
  const taken = told.schedule.edges.flatMap((edge) => {
    const call = callOf(told, edge.before).step_id;
    return edge.kind === "twin" || call === edge.before ? [] : [{ ...edge, before: call }];
  });
  return { ...told, schedule: { ...told.schedule, edges: [...told.schedule.edges, ...taken] } };
};

/** Of two calls that stand, the one that is undone first is of an earlier layer from the end. */
const layers = (run: PureExecution): number => {
  const told = withTaken({ schedule: run.schedule, records: run.records });
  const recordIn = (id: string): StepRecord => recordOf(told, id);
  const layerOf = layersOf({
    steps: run.schedule.steps,
    index: indexSchedule(run.schedule),
    recordOf: recordIn,
    number: 1,
  });
  const standing = run.schedule.steps.filter((step) => undoable(run, step));
  const pairs = standing.flatMap((after) =>
    inOrderAhead(told, after.step_id, IN_ORDER)
      .filter((id) => standing.some(({ step_id }) => step_id === id))
      .map((before) => [before, after.step_id] as const),
  );
  for (const [before, after] of pairs)
    expect(layerOf.get(before) ?? 0, `${after} is undone before ${before}`).toBeGreaterThan(layerOf.get(after) ?? 0);
  return pairs.filter(([before, after]) => stepOf(told, before).plan_id !== stepOf(told, after).plan_id).length;
};

/** Nothing stands behind a step whose undoing has begun that can be undone, or is being so, in its plan. */
const undoing = (run: PureExecution, begun: readonly string[]): void => {
  const told = withTaken({ schedule: run.schedule, records: run.records });
  for (const id of begun) {
    const behind = run.schedule.steps.filter(
      (step) => step.plan_id === stepOf(told, id).plan_id && inOrderAhead(told, step.step_id, IN_ORDER).includes(id),
    );
    for (const step of behind) {
      const { state } = recordOf(told, step.step_id);
      expect(undoable(run, step) || state === "ROLLBACK", `${step.step_id} stands behind ${id}`).toBe(false);
    }
  }
};

/** A record shows no write behind something missing, and would show each that is said to have been made there. */
const shown = (run: PureExecution): number => {
  const told = { schedule: run.schedule, records: run.records };
  const scheduled = new Map(run.schedule.steps.map((step) => [step.step_id, step]));
  const missing = missingAhead({ scheduled, edges: run.schedule.edges, recordOf: (id) => run.records.get(id) });
  for (const { step_id } of run.schedule.steps) {
    const gone = [...ahead(told, step_id, DEPENDENCIES)].filter((id) => isGone(told, id, false));
    const undecided = [...ahead(told, step_id, DEPENDENCIES)].filter((id) => isUndecided(callOf(told, id)));
    if (undecided.length === 0)
      expect(missing.has(step_id), `${step_id} behind ${gone.join(", ")}`).toBe(gone.length > 0);
    if (gone.length > 0) expect(gone).toContain(missing.get(step_id));
    if (stepOf(told, step_id).writes && recordOf(told, step_id).committed)
      expect(gone, `${step_id} was made`).toEqual([]);
  }
  return missing.size;
};

describe("the rule of order", () => {
  it("the rule of order is one for the wait, the ceiling, what a no stops, the roll back and what a record may show", () => {
    const met = { named: 0, undone: 0, across: 0, missing: 0 };
    fc.assert(
      fc.property(joined, numbers, (schedule, given) => {
        const run = live(
          schedule,
          choicesFrom(given),
          [
            (now, answer) => {
              waits({ schedule: now.schedule, records: now.records });
              ceilings(now);
              met.named += noes(now);
              met.across += layers(now);
              const begun = answer.transited.filter(({ event }) => event.type === "rollback_started");
              undoing(
                now,
                begun.map(({ record }) => record.step_id),
              );
              met.undone += begun.length;
            },
          ],
          true,
        );
        met.missing += shown(run);
      }),
      { numRuns: 200 },
    );
    for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(20);
  });

  it("a roll back undoes the later of two writes of one record first, also where only another plan's write stands between them", () => {
    const schedule = scheduleOf([
      plan("p", [
        update("a", "c1", { stage: "lead" }, { agent: "a1" }),
        update("b", "c2", { stage: "customer" }, { agent: "a2" }),
        update("fails", "c3", { stage: "customer" }, { agent: "a3" }),
      ]),
      plan("q", [update("x", "c4", { stage: "qualified" }, { agent: "a4" })]),
    ]);
    // As an edit may leave it: all three write one contact, and each waits for the one before.
    const resources = [{ key: "ghl:contact:c1", access: "write" as const, unresolved: false }];
    const byId = new Map(schedule.steps.map((step) => [step.step_id, { ...step, resources }]));
    const steps = ["a", "x", "b", "fails"].flatMap((id) => byId.get(id) ?? []);
    const edges = [
      { before: "a", after: "x", kind: "delay" },
      { before: "x", after: "b", kind: "delay" },
    ] as const;
    const run = new PureExecution({ ...schedule, steps, edges: [...edges] }, CONTRACTS);
    for (const { step_id } of steps) {
      const made = { state: "LIVE", phase: "finished", ending: "live", committed: true } as const;
      run.records.set(step_id, { ...run.record(step_id), ...made });
    }
    const failed = { state: "ABORTED", ending: "failed", committed: false } as const;
    run.records.set("fails", { ...run.record("fails"), ...failed });
    const begun = advance(run.view()).transited.filter(({ event }) => event.type === "rollback_started");
    expect(begun.map(({ record }) => record.step_id)).toEqual(["b"]);
  });
});
