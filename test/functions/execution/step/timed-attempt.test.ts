import { expect, it } from "vitest";
import { timedAttempt } from "../../../../functions/execution/step/timed-attempt.ts";
import { ToolFailure } from "../../../../shared/ports/tools.ts";

/** A clock that goes on by the pauses that were waited for. */
const waiting = () => {
  const pauses: number[] = [];
  const deps = {
    clock: { now: () => new Date(pauses.reduce((sum, each) => sum + each, 0)) },
    timer: {
      after: (milliseconds: number, then: () => void) => {
        pauses.push(milliseconds);
        queueMicrotask(then);
        return () => {};
      },
    },
  };
  return { deps, pauses };
};

it("a rehearsal whose service asks for it again at once tries after longer and longer pauses, for a minute in all", async () => {
  const { deps, pauses } = waiting();
  const attempt = await timedAttempt(deps, "DRY_RUN", true, async () => {
    throw new ToolFailure("answered 429", { again_in_seconds: 0 });
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(attempt).toMatchObject({ ok: false, error: "answered 429", again_in_seconds: 0 });
});

it("a rehearsal whose service asks for longer pauses keeps to those", async () => {
  const { deps, pauses } = waiting();
  await timedAttempt(deps, "DRY_RUN", true, async () => {
    throw new ToolFailure("answered 429", { again_in_seconds: 25 });
  });
  expect(pauses).toEqual([25_000, 25_000]);
});

it("a LIVE read whose service asks for it again at once is left to be put off", async () => {
  const { deps, pauses } = waiting();
  const attempt = await timedAttempt(deps, "LIVE", true, async () => {
    throw new ToolFailure("answered 429", { again_in_seconds: 0 });
  });
  expect([pauses, attempt]).toMatchObject([[], { ok: false, again_in_seconds: 0 }]);
});
