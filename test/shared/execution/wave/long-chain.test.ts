import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import type { Standing } from "../../../../shared/execution/view/call-standing.ts";
import { type ExecutionView, indexSchedule } from "../../../../shared/execution/view/view.ts";
import { advance } from "../../../../shared/execution/wave/advance.ts";
import { rollBackPlan } from "../../../../shared/execution/wave/roll-back-plan.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { choicesFrom } from "../../../harness/choices.ts";
import { call, plan, type StepBody, update } from "../../../harness/plans.ts";
import { runItem } from "../../../harness/pure-environment.ts";
import { bodyRefOf, PureExecution } from "../../../harness/pure-execution.ts";

const LIVE = { mode: "LIVE", reasons: [] } as const;

/** The one before, none before the first. */
const before = (place: number): string[] => (place === 0 ? [] : [`s${place - 1}`]);

/** A chain of writes, each of the record that `page` names, and none capped. */
const chainOf = (steps: number, page: (place: number) => string): PureExecution =>
  uncapped(
    Array.from({ length: steps }, (_, place) =>
      call(`s${place}`, "form_fill", { url: page(place) }, { after: before(place) }),
    ),
  );

const uncapped = (bodies: readonly StepBody[]): PureExecution => {
  const schedule = scheduleOf([plan("p", bodies)]);
  const steps = schedule.steps.map((step) => ({ ...step, ceiling: { ...LIVE, reasons: [] } }));
  return new PureExecution({ ...schedule, steps }, CONTRACTS);
};

const MADE = { state: "LIVE", phase: "finished", ending: "live", committed: true } as const;
const UNDONE = { ...MADE, state: "ABORTED", ending: "compensated", rollback_number: 1 } as const;

/** A chain of writes behind as many that stand side by side: the chain was undone, what it rested on is to be. */
const undoneToItsRoots = (steps: number): PureExecution => {
  const places = Array.from({ length: steps }, (_, place) => place);
  const roots = places.map((place) => update(`r${place}`, `root${place}`, { stage: "x" }));
  const all = roots.map(({ step_id }) => step_id);
  const chain = places.map((place) =>
    update(`s${place}`, `c${place}`, { stage: "x" }, { after: place === 0 ? all : before(place) }),
  );
  const run = uncapped([...roots, ...chain]);
  for (const [step_id, record] of run.records)
    run.records.set(step_id, { ...record, ...(step_id.startsWith("r") ? MADE : UNDONE) });
  const asked = { by: "olga", at: run.at(), reason: "a mistake", number: 1, depth: null };
  run.execution = { ...run.execution, rollback_requested: asked };
  return run;
};

/** How often a pass looks at what has become of a step. */
const looksOf = (view: ExecutionView): number => {
  let looks = 0;
  const counting = (record: StepRecord): StepRecord =>
    new Proxy(record, {
      get: (target, name, receiver) => {
        if (name === "phase") looks += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  advance({ ...view, records: new Map([...view.records].map(([step_id, record]) => [step_id, counting(record)])) });
  return looks;
};

const PASSES = 20;

/** The most looks of any of the first passes, as everything goes well. */
const mostLooks = (run: PureExecution): number => {
  let most = 0;
  for (let pass = 0; pass < PASSES; pass += 1) {
    most = Math.max(most, looksOf(run.view()));
    const answer = advance(run.view());
    run.store(answer);
    for (const item of answer.wave) runItem(run, item, choicesFrom([]));
    for (const { approval_id, status } of run.approvals.values())
      if (status === "open") run.decide(approval_id, { status: "approved" });
    run.now += 3_000;
  }
  expect([...run.records.values()].filter(({ committed }) => committed).length).toBeGreaterThan(5);
  return most;
};

describe("a pass over a chain", () => {
  it.each([
    ["records of their own", (place: number) => `page${place}`],
    ["one record", () => "page"],
  ])("a pass over a chain looks at its steps in proportion to their number, where they write %s", (_, page) => {
    expect(mostLooks(chainOf(160, page)) / mostLooks(chainOf(40, page))).toBeLessThan(5);
  });
});

/** How often a pass looks at an edge of a chain whose first half was dropped as duplicates of another execution's calls. */
const looksAtEdges = (steps: number, standing: Standing): number => {
  let looks = 0;
  const run = chainOf(steps, (place) => `page${place}`);
  const edges = run.schedule.edges.map(
    (edge) =>
      new Proxy(edge, {
        get: (target, name, receiver) => {
          if (name === "kind") looks += 1;
          return Reflect.get(target, name, receiver);
        },
      }),
  );
  const dropped = run.schedule.steps.slice(0, steps / 2).map(({ step_id }) => step_id);
  for (const step_id of dropped) {
    const duplicate_of = { execution_id: "e0", step_id, status: "COMMITTED", at: run.at() } as const;
    const conflict = { state: "ABORTED", phase: "finished", ending: "conflict", duplicate_of } as const;
    run.records.set(step_id, { ...run.record(step_id), ...conflict, live_output: bodyRefOf(step_id) });
  }
  const elsewhere = new Map(dropped.map((step_id) => [step_id, standing]));
  const { transited, rests_on } = advance({ ...run.view(), schedule: { ...run.schedule, edges }, elsewhere });
  const isStopped = standing === "undone";
  expect([transited.length, rests_on.length]).toEqual(isStopped ? [steps / 2, 0] : [0, steps / 2]);
  return looks;
};

describe("a pass over a chain that rests on another execution's calls", () => {
  it.each(["stands", "undone"] as const)(
    "a pass over a chain looks at its edges in proportion to their number, where each of many calls elsewhere that it rests on is %s",
    (standing) => {
      expect(looksAtEdges(160, standing) / looksAtEdges(40, standing)).toBeLessThan(5);
    },
  );
});

describe("a roll back of a chain", () => {
  it("a pass that undoes what an undone chain rested on looks at its steps in proportion to their number", () => {
    const [few, many] = [undoneToItsRoots(20).view(), undoneToItsRoots(80).view()];
    expect(advance(many).transited.map(({ event }) => event.type)).toEqual(Array(80).fill("rollback_started"));
    expect(looksOf(many) / looksOf(few)).toBeLessThan(5);
  });

  it("the preview of a roll back of a chain looks at its steps in proportion to their number", () => {
    const looks = (steps: number): number => {
      const { schedule, contracts, records } = chainOf(steps, (place) => `page${place}`);
      let asked = 0;
      const recordOf = (step_id: string): StepRecord => {
        asked += 1;
        const record = records.get(step_id);
        if (record === undefined) throw new RangeError(step_id);
        return { ...record, ...MADE };
      };
      const index = indexSchedule(schedule);
      const found = rollBackPlan({ steps: schedule.steps, index, contracts, recordOf, number: 0, depth: null });
      expect(found.map(({ layer, would }) => [layer, would])).toEqual(
        Array.from({ length: steps }, (_, place) => [place + 1, "undo"]),
      );
      return asked;
    };
    expect(looks(160) / looks(40)).toBeLessThan(5);
  });
});
