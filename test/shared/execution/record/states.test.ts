import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  after as afterEvent,
  EXECUTION_STATES,
  INITIAL,
  PHASES,
  type Position,
  type StepEventName,
  TRANSITIONS,
} from "../../../../shared/execution/record/states.ts";
import {
  applyEvent,
  IllegalTransition,
  newStepRecord,
  transit,
} from "../../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";

const EVENTS = Object.keys(TRANSITIONS) as StepEventName[];
const POSITIONS: Position[] = EXECUTION_STATES.flatMap((state) => PHASES.map((phase) => ({ state, phase })));
const nameOf = ({ state, phase }: Position): string => `${state} ${phase}`;

/** Every position that events lead to from the first one. */
const reachable = (): ReadonlyMap<string, Position> => {
  const found = new Map([[nameOf(INITIAL), INITIAL]]);
  for (const position of found.values()) {
    for (const event of EVENTS) {
      const next = afterEvent(position, event);
      if (next !== undefined) found.set(nameOf(next), next);
    }
  }
  return found;
};

const record = (position: Position): StepRecord => ({
  ...newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, "2026-03-01T10:00:00.000Z"),
  ...position,
});
const transition = (event: StepEventName) => ({
  event,
  at: "2026-03-01T10:00:01.000Z",
  actor: "buddy",
  reason: null,
  changes: {},
});

describe("the table of transitions", () => {
  it("the table of transitions lets an event happen in the states of its row, in the phase of its row, and nowhere else", () => {
    for (const position of POSITIONS) {
      for (const event of EVENTS) {
        const row = TRANSITIONS[event];
        const states: readonly string[] = row.from;
        const legal = states.includes(position.state) && row.phase === position.phase;
        expect(afterEvent(position, event) !== undefined, `${event} in ${nameOf(position)}`).toBe(legal);
      }
    }
  });

  it("the table of transitions is enforced wherever an event is made, and wherever one is read", () => {
    fc.assert(
      fc.property(fc.constantFrom(...POSITIONS), fc.constantFrom(...EVENTS), (position, event) => {
        const step = record(position);
        if (afterEvent(position, event) === undefined) {
          expect(() => transit(step, transition(event))).toThrow(IllegalTransition);
          return;
        }
        const made = transit(step, transition(event));
        expect(applyEvent(step, made.event)).toEqual(made.record);
        // The same event does not follow from a step that stands elsewhere.
        const elsewhere = record({ state: "MOCK", phase: "undo_failed" });
        expect(() => applyEvent(elsewhere, made.event)).toThrow(IllegalTransition);
      }),
    );
  });

  it("the table of transitions leads to every state, and uses every row", () => {
    const positions = [...reachable().values()];
    expect(new Set(positions.map(({ state }) => state))).toEqual(new Set(EXECUTION_STATES));
    expect(new Set(positions.map(({ phase }) => phase))).toEqual(new Set(PHASES));
    for (const event of EVENTS) {
      expect(
        positions.some((position) => afterEvent(position, event) !== undefined),
        event,
      ).toBe(true);
    }
  });

  it("the table of transitions has no way out of an end, except to undo what was done LIVE", () => {
    for (const position of reachable().values()) {
      if (position.phase !== "finished") continue;
      const possible = EVENTS.filter((event) => afterEvent(position, event) !== undefined);
      expect(possible, nameOf(position)).toEqual(position.state === "LIVE" ? ["undo_asked", "rollback_started"] : []);
    }
  });

  it("the table of transitions leaves no position without a way to an end", () => {
    for (const start of reachable().values()) {
      const found = new Map([[nameOf(start), start]]);
      for (const position of found.values()) {
        for (const event of EVENTS) {
          const next = afterEvent(position, event);
          if (next !== undefined) found.set(nameOf(next), next);
        }
      }
      const ends = [...found.values()].some(({ phase }) => phase === "finished");
      expect(ends, nameOf(start)).toBe(true);
    }
  });

  it("LIVE is entered only by an approval, by needing none, or by a person's word on what happened", () => {
    const entering = EVENTS.filter((event) => {
      const row = TRANSITIONS[event];
      const states: readonly string[] = row.from;
      return row.to === "LIVE" && !states.includes("LIVE");
    });
    expect(entering).toEqual(["live_allowed", "approved", "reconciled_happened", "undo_answered"]);
    // Of these, only the first two let a call be made.
    expect(entering.filter((event) => TRANSITIONS[event].toPhase === "open")).toEqual(["live_allowed", "approved"]);
  });

  it("ROLLBACK is entered only from what stands, or from a compensation that did not happen or was frozen", () => {
    const entering = EVENTS.filter((event) => TRANSITIONS[event].to === "ROLLBACK" && event !== "undo_deferred");
    expect(entering).toEqual(["rollback_started", "undo_not_happened", "undo_resumed"]);
    expect(TRANSITIONS.rollback_started).toMatchObject({ from: ["LIVE"], phase: "finished" });
  });

  it("a step is replayed from its events to the very record that was stored", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (choices) => {
        const first = newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, "2026-03-01T10:00:00.000Z");
        let stored = first;
        const events = [];
        for (const choice of choices) {
          const possible = EVENTS.filter((event) => afterEvent(stored, event) !== undefined);
          const event = possible[choice % Math.max(1, possible.length)];
          if (event === undefined) break;
          const reason = choice % 3 === 0 ? null : `because ${choice}`;
          const changes = choice % 2 === 0 ? {} : { deferrals: choice % 7, ending: "live" as const };
          const made = transit(stored, { ...transition(event), reason, changes });
          events.push(made.event);
          stored = made.record;
        }
        expect(events.reduce(applyEvent, first)).toEqual(stored);
        expect(stored.seq).toBe(events.length);
      }),
    );
  });
});

describe("the reason of a call that is through", () => {
  const reasonAfter = (event: "live_succeeded" | "compensated", changes: Partial<StepRecord>): string | null => {
    const state = event === "compensated" ? "ROLLBACK" : "LIVE";
    const stored = { ...record({ state, phase: "open" }), reason: "what was said before", ...changes };
    return transit(stored, transition(event)).record.reason;
  };
  const waited = { look_again_at: "2026-03-01T10:00:05.000Z" };
  const begunAgain = (side: "forward" | "compensation", asked = 1) => ({
    failed_starts: { side, asked, count: 1 },
    approvals_asked: 1,
  });

  it("a call that is through says who approved it or that it had waited, and no more why it had to", () => {
    expect(reasonAfter("live_succeeded", waited)).toBe("made after it had waited");
    expect(reasonAfter("live_succeeded", { ...waited, approved_by: ["ann", "bob"] })).toBe("approved by ann, bob");
    expect(reasonAfter("compensated", { ...waited, approved_by: ["ann"] })).toBe("undone after it had waited");
  });

  it("a call that is through says no more why a start of it came to nothing, since it was asked about last", () => {
    expect(reasonAfter("live_succeeded", begunAgain("forward"))).toBe("made after it had waited");
    expect(reasonAfter("compensated", begunAgain("compensation"))).toBe("undone after it had waited");
    expect(reasonAfter("live_succeeded", begunAgain("forward", 0))).toBe("what was said before");
    expect(reasonAfter("compensated", begunAgain("forward"))).toBe("what was said before");
  });

  it("a call that is undone says why it was, whatever it waited for and however it was taken up again", () => {
    const rollback_reason = "its plan failed at s2: no";
    for (const since of [waited, begunAgain("compensation"), { reason: "resumed by dan: go on" }]) {
      expect(reasonAfter("compensated", { rollback_reason, ...since })).toBe(rollback_reason);
    }
    const { event } = transit(
      { ...record({ state: "ROLLBACK", phase: "open" }), reason: rollback_reason, rollback_reason },
      transition("compensated"),
    );
    expect(event.body.reason).toBeNull();
    for (const [type, phase, remarks] of [
      ["compensated", "open", "made by w1"],
      ["undo_happened", "reconcile_undo", "ann found that the compensation happened"],
    ] as const) {
      const state = phase === "open" ? "ROLLBACK" : "AWAITING_APPROVAL";
      const undone = transit(
        { ...record({ state, phase }), rollback_reason },
        { ...transition(type), reason: remarks },
      );
      expect(undone.record.reason).toBe(`${rollback_reason}; ${remarks}`);
    }
  });

  it("a call that is through without a wait keeps the reason that its step has", () => {
    expect(reasonAfter("live_succeeded", { approved_by: ["ann"] })).toBe("what was said before");
    expect(reasonAfter("compensated", {})).toBe("what was said before");
  });
});
