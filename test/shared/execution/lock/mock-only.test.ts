import { expect, it } from "vitest";
import { mockOnlyUnderLock } from "../../../../shared/execution/lock/mock-only.ts";
import { anExecution, aScheduleOf, aStep } from "../../../fixtures/outcomes.ts";

const steps = Array.from({ length: 50 }, (_, place) => aStep({ step_id: `s${place}` }));
const schedule = aScheduleOf(anExecution(steps));
const locked = (reason: string, kind: "everything" | "agent" = "everything") =>
  mockOnlyUnderLock(schedule, [
    {
      lock_id: "lk_1",
      scope: kind === "everything" ? { kind } : { kind, agent_id: "agent_1" },
      mode: "stop_forward",
      reason,
      locked_by: "olga",
      locked_at: "2026-03-02T08:00:00.000Z",
    },
  ]);
const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it("a schedule under a lock of everything is MOCK only, and each of its steps says who locked and why", () => {
  for (const { ceiling } of locked("something smells").steps) {
    expect(ceiling.mode).toBe("MOCK");
    expect(ceiling.reasons.at(-1)?.message).toBe(
      "everything was locked by olga when the execution began: something smells",
    );
  }
});

it("a schedule under a lock of an agent is left as it is", () => {
  expect(locked("something smells", "agent")).toBe(schedule);
});

it.each(["営業", '"', "\u0007", "x"])(
  "a schedule does not grow by all that a lock's reason of 2,000 times %j says, step by step: it says so and is cut",
  (sign) => {
    const under = locked(sign.repeat(2_000 / sign.length));
    expect(size(under) - size(locked(""))).toBeLessThan(steps.length * 520);
    expect(under.steps[0]?.ceiling.reasons.at(-1)?.message).toMatch(/ \[cut: 2\d{3} characters\]$/u);
  },
);
