import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalRequest } from "../../../../shared/execution/approval/approval.ts";
import { TRANSITIONS } from "../../../../shared/execution/record/states.ts";
import { applyEvent } from "../../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { isSettled } from "../../../../shared/execution/view/view.ts";
import { advance } from "../../../../shared/execution/wave/advance.ts";
import { CONTRACTS, scheduleOf, schedules } from "../../../harness/arbitrary-schedules.ts";
import { choicesFrom } from "../../../harness/choices.ts";
import { plan, update } from "../../../harness/plans.ts";
import { type Law, live } from "../../../harness/play-pure.ts";
import { runItem } from "../../../harness/pure-environment.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";

/** Long ones: what is to happen late in an execution needs choices that late. */
const choiceNumbers = fc.array(fc.nat({ max: 479 }), { maxLength: 200, size: "max" });

const always = (...laws: readonly Law[]) =>
  fc.assert(
    fc.property(schedules, choiceNumbers, (schedule, numbers) => {
      live(schedule, choicesFrom(numbers), laws);
    }),
    { numRuns: 300 },
  );

/** The laws of this file by their names, and of each that was broken the first time that it was. */
const laws = new Map<string, Law>();
const broken = new Map<string, unknown>();

/** Plays the executions for all laws together: to play them takes longer than to ask every law about them. */
const playOnce = (): void => {
  if (played) return;
  played = true;
  const noted = [...laws].map(
    ([name, asked]): Law =>
      (...moment) => {
        try {
          if (!broken.has(name)) asked(...moment);
        } catch (error) {
          broken.set(name, error);
        }
      },
  );
  always(...noted);
};
let played = false;

/** A test that a law holds. One that was broken is asked alone, so that it is told by the smallest execution. */
const law = (name: string, asked: Law, afterwards: () => void = () => undefined): void => {
  laws.set(name, asked);
  it(`Next wave ${name}`, () => {
    playOnce();
    if (broken.has(name)) {
      always(asked);
      throw broken.get(name);
    }
    afterwards();
  });
};

const stepOf = (run: PureExecution, step_id: string) => {
  const step = run.schedule.steps.find((each) => each.step_id === step_id);
  if (step === undefined) throw new RangeError(step_id);
  return step;
};

/** Everything ahead of a step along dependencies, whatever stands between; written apart from what is tested. */
const chainOf = (run: PureExecution, step_id: string, found: Set<string> = new Set()): Set<string> => {
  for (const { before, after, kind } of run.schedule.edges) {
    if (after !== step_id || (kind !== "depends_on" && kind !== "contract") || found.has(before)) continue;
    found.add(before);
    chainOf(run, before, found);
  }
  return found;
};

/** The step that made a step's call: one before it that it is a duplicate of, where it was dropped for that. */
const madeBy = (run: PureExecution, step_id: string): StepRecord => {
  const record = run.record(step_id);
  if (record.ending !== "conflict") return record;
  const duplicates = run.schedule.edges.filter(({ after, kind }) => after === step_id && kind === "twin");
  return duplicates.map(({ before }) => run.record(before)).find(({ committed }) => committed) ?? record;
};

/** Measures the time of each plan as a bystander would: it runs while nobody is asked about the plan or one before it. */
class Stopwatch {
  readonly #used = new Map<string, number>();
  #seen: number;
  readonly #limits: ReadonlyMap<string, number>;
  #standing: ReadonlySet<string> = new Set();

  constructor(run: PureExecution) {
    this.#seen = run.now;
    this.#limits = new Map(
      run.schedule.plans.flatMap(({ plan_id, deadline_seconds }) =>
        deadline_seconds === null ? [] : [[plan_id, deadline_seconds * 1000] as const],
      ),
    );
  }

  /** After every pass: what has passed since the last one counts where nobody was asked then. */
  look(run: PureExecution): void {
    for (const plan_id of this.#limits.keys()) {
      if (!this.#standing.has(plan_id)) this.#used.set(plan_id, (this.#used.get(plan_id) ?? 0) + run.now - this.#seen);
    }
    this.#seen = run.now;
    const open = [...run.approvals.values()].filter(({ status }) => status === "open").map(({ plan_id }) => plan_id);
    const standing = new Set(open);
    for (let before = -1; before !== standing.size; ) {
      before = standing.size;
      for (const edge of run.schedule.edges) {
        if (standing.has(stepOf(run, edge.before).plan_id)) standing.add(stepOf(run, edge.after).plan_id);
      }
    }
    this.#standing = standing;
  }

  isOver(plan_id: string): boolean {
    return (this.#used.get(plan_id) ?? 0) >= (this.#limits.get(plan_id) ?? Number.POSITIVE_INFINITY);
  }
}

describe("whatever happens, Next wave", () => {
  law("says nothing new when it is asked again before anything has changed", (run, answer) => {
    const again = advance(run.view());
    expect(again.transited).toEqual([]);
    expect(again.asks).toEqual([]);
    expect(again.voids).toEqual([]);
    expect(again.decision).toBe(answer.decision);
    expect(again.wave).toEqual(answer.wave);
    expect(again.wait_seconds).toBe(answer.wait_seconds);
  });

  law("answers the same view with the same answer", (run) => expect(advance(run.view())).toEqual(advance(run.view())));

  law("writes events from which the records can be replayed", (run, answer, before) => {
    const records = new Map(before);
    for (const { event, record } of answer.transited) {
      const known = records.get(record.step_id);
      if (known !== undefined) records.set(record.step_id, applyEvent(known, event));
    }
    for (const [step_id, record] of records) expect(record).toEqual(run.record(step_id));
  });

  law(
    "lets no step go LIVE above its ceiling, before what it waits for, or on a preview that nobody approved",
    (run, answer) => {
      const rows = new Set([...run.ledger.values()].map(({ step_id }) => step_id));
      for (const item of answer.wave) {
        if (item.rung !== "LIVE" || rows.has(item.step_id)) continue;
        expect(item.ceiling).toBe("LIVE");
        const step = stepOf(run, item.step_id);
        const record = run.record(item.step_id);
        for (const edge of run.schedule.edges.filter(({ after }) => after === item.step_id)) {
          expect(isSettled(run.record(edge.before)), `${edge.before} before ${edge.after}`).toBe(true);
        }
        if (step.approval_needed) expect(record.approved_digest).toBe(record.preview_digest);
        expect(record.provisional).toBe(false);
      }
    },
  );

  let passed = 0;
  law(
    "lets no step go LIVE while a write ahead of it, past whatever stands between, is undecided, refused or undone",
    (run, answer) => {
      const rows = new Set([...run.ledger.values()].map(({ step_id }) => step_id));
      for (const item of answer.wave) {
        if (item.rung !== "LIVE" || rows.has(item.step_id)) continue;
        for (const step_id of chainOf(run, item.step_id)) {
          const made = madeBy(run, step_id);
          if (!stepOf(run, step_id).writes) continue;
          expect(made.committed, `${step_id} (${made.state} ${made.ending}) ahead of ${item.step_id}`).toBe(true);
          expect(made.phase, `${step_id} ahead of ${item.step_id}`).toBe("finished");
          expect(made.ending, `${step_id} ahead of ${item.step_id}`).not.toBe("compensated");
          passed += 1;
        }
      }
    },
    () => expect(passed).toBeGreaterThan(10),
  );

  const begun = new WeakMap<PureExecution, Set<string>>();
  law("rehearses a plan whole before its first LIVE item and its first question", (run, answer, before) => {
    const plans = begun.get(run) ?? new Set<string>();
    begun.set(run, plans);
    const asked = answer.transited.filter(({ event }) => event.type === "approval_requested");
    const beginning = [
      ...answer.wave.filter(({ rung }) => rung === "LIVE").map(({ step_id }) => step_id),
      ...asked.map(({ record }) => record.step_id),
    ];
    for (const step_id of beginning) {
      const { plan_id } = stepOf(run, step_id);
      if (plans.has(plan_id)) continue;
      plans.add(plan_id);
      for (const step of run.schedule.steps.filter((each) => each.plan_id === plan_id)) {
        const record = run.record(step.step_id);
        const rehearsed = record.phase === "finished" || record.preview !== null;
        expect(rehearsed, `${step.step_id} ${record.state} before ${step_id}`).toBe(true);
        expect(before.get(step.step_id)?.ending === "failed" && step.writes).toBe(false);
      }
    }
  });

  law("stops and undoes on account of a failure in that plan only", (run, answer) => {
    const touched = answer.transited.filter(
      ({ event, record }) => event.type === "rollback_started" || record.ending === "plan_failed",
    );
    for (const { record } of touched) {
      const failed = [...run.records.values()].some(
        (other) => other.plan_id === record.plan_id && other.ending === "failed",
      );
      expect(failed, `${record.step_id} of ${record.plan_id}`).toBe(true);
    }
  });

  law(
    "undoes nothing while something in its plan that depends on it stands or moves and could be undone first",
    (run, answer) => {
      for (const { event, record } of answer.transited) {
        if (event.type !== "rollback_started") continue;
        const dependents = run.schedule.edges.filter(
          ({ before, kind }) => before === record.step_id && (kind === "depends_on" || kind === "contract"),
        );
        for (const { after } of dependents) {
          const dependent = run.record(after);
          const reversible = CONTRACTS.get(stepOf(run, after).tool_name)?.compensation !== "none";
          const stands = dependent.state === "LIVE" && dependent.phase === "finished" && dependent.committed;
          expect(stands && reversible, `${after} depends on ${record.step_id}`).toBe(false);
          expect(dependent.state === "ROLLBACK", `${after} is still being undone`).toBe(false);
        }
      }
    },
  );

  law("hands out nothing that a lock holds", (run, answer) => {
    const lock = [...run.locks.values()][0];
    if (lock === undefined) return;
    const sent = new Set([...run.ledger.values()].map(({ step_id, side }) => `${side} ${step_id}`));
    for (const { rung, step_id } of answer.wave) {
      if (rung === "LIVE") expect(sent.has(`forward ${step_id}`)).toBe(true);
      else if (rung === "ROLLBACK")
        expect(lock.mode === "stop_forward" || sent.has(`compensation ${step_id}`)).toBe(true);
      else throw new Error(`${step_id} went on under a lock`);
    }
  });

  const stopwatches = new WeakMap<PureExecution, Stopwatch>();
  let refused = 0;
  law(
    "lets nothing go LIVE, and asks nobody, once a plan's time is used up, without the time in which people were asked",
    (run, answer) => {
      const stopwatch = stopwatches.get(run) ?? new Stopwatch(run);
      stopwatches.set(run, stopwatch);
      stopwatch.look(run);
      const sent = new Set([...run.ledger.values()].map(({ step_id, side }) => `${side} ${step_id}`));
      const acting = [
        ...answer.wave.filter(({ rung, step_id }) => rung === "LIVE" && !sent.has(`forward ${step_id}`)),
        ...answer.asks.filter(({ kind }) => kind === "approve"),
      ];
      for (const { step_id } of acting) {
        expect(stopwatch.isOver(stepOf(run, step_id).plan_id), `${step_id} after its deadline`).toBe(false);
      }
      refused += answer.transited.filter(({ record }) => record.reason?.includes("deadline of") === true).length;
    },
    () => expect(refused).toBeGreaterThan(10),
  );

  law("hands out no step twice, and only rungs of the state a step is in", (run, answer) => {
    const ids = answer.wave.map(({ step_id }) => step_id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { step_id, rung } of answer.wave) expect(run.record(step_id).state).toBe(rung);
  });

  law("says DONE when everything has ended, and leaves no question open", (run, answer) => {
    if (answer.decision !== "DONE") return;
    for (const record of run.records.values())
      expect(record.phase, `${record.step_id} ${record.state}`).toBe("finished");
    const open = [...run.approvals.values()].filter(({ status }) => status === "open");
    expect(open).toEqual([]);
  });

  law("changes nothing that has ended, except to undo it", (_run, answer, before) => {
    for (const { event, record } of answer.transited) {
      if (before.get(record.step_id)?.phase !== "finished" || event.seq !== (before.get(record.step_id)?.seq ?? 0) + 1)
        continue;
      expect(["rollback_started", "undo_asked"]).toContain(event.type);
    }
  });

  it("Next wave brings every execution to an end when everything goes well", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const run = live(schedule, choicesFrom([]), []);
        for (const record of run.records.values()) {
          expect(["live", "ceiling", "conflict", "dependency"]).toContain(record.ending);
        }
      }),
    );
  });
});

/**
 * A preview is outdated only after a crash between two writes, which stores alone can have. A person is asked by the
 * pass about an undo only where a plan fails after an irreversible step that rests on a reversible one: too rare to be met by chance,
 * and told by the scenario of a failure after success.
 */
const TOLD_ELSEWHERE = new Set(["preview_outdated", "undo_asked"]);

describe("these laws", () => {
  it("the laws of Next wave are asked of executions in which everything that can happen does", () => {
    const missing = new Set(Object.keys(TRANSITIONS).filter((event) => !TOLD_ELSEWHERE.has(event)));
    const tried = fc.property(schedules, choiceNumbers, (schedule, numbers) => {
      if (missing.size === 0) return;
      for (const event of live(schedule, choicesFrom(numbers), []).happened) missing.delete(event);
    });
    fc.assert(tried, { numRuns: 1_500, seed: 20_260_302 });
    expect([...missing]).toEqual([]);
  });
});

describe("a decision that came while its step was on its way back to it", () => {
  /** One update, previewed anew after a lock was lifted, while the request about its first preview still stands. */
  const backWith = (decided: Partial<ApprovalRequest>) => {
    const run = new PureExecution(scheduleOf([plan("p1", [update("s1", "c1", { stage: "customer" })])]), CONTRACTS);
    for (let pass = 0; run.record("s1").state !== "AWAITING_APPROVAL"; pass += 1) {
      if (pass > 10) throw new Error(`s1 is ${run.record("s1").state}`);
      const answer = advance(run.view());
      run.store(answer);
      for (const item of answer.wave) runItem(run, item, choicesFrom([]));
    }
    const asked = run.record("s1");
    run.records.set("s1", { ...asked, state: "DRY_RUN", preview_digest: "another" });
    run.decide(asked.approval_id ?? "none", { status: "open", ...decided });
    const answer = advance(run.view());
    run.store(answer);
    return { run, answer };
  };

  it("a decision on a step's way back is followed when it is an edit: nobody is asked of the old call, nor the editor", () => {
    const { run, answer } = backWith({ status: "edited", edited_arguments: { contact_id: "c1" }, decided_by: "ann" });
    expect(answer.asks).toEqual([]);
    expect(run.record("s1")).toMatchObject({ edits: 1, last_edited_by: "ann", approval_id: null });
  });

  it("a decision on a step's way back is followed when it is a rejection, whichever preview it was about", () => {
    const { run, answer } = backWith({ status: "rejected", comment: "wrong customer" });
    expect(answer.asks).toEqual([]);
    expect(run.record("s1")).toMatchObject({ phase: "finished", ending: "rejected" });
  });

  it("a decision on a step's way back does not count when it approves a preview that is not the one that would run", () => {
    const { run, answer } = backWith({ status: "approved" });
    expect(answer.asks).toMatchObject([{ step_id: "s1", kind: "approve" }]);
    expect(run.record("s1")).toMatchObject({ state: "AWAITING_APPROVAL", approved_digest: null });
  });
});
