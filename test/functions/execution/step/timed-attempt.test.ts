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
  expect(attempt).toMatchObject({ ok: false, error: "answered 429; asked 6 times in 31 s", again_in_seconds: 0 });
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

it("a rehearsal that meets what may be over in a moment is made as soon as it is over, after longer and longer pauses", async () => {
  const { deps, pauses } = waiting();
  let met = 0;
  const attempt = await timedAttempt(deps, "DRY_RUN", false, async () => {
    met += 1;
    if (met < 4) throw new ToolFailure("no connection", { passing: true });
    return "previewed";
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
  expect(attempt).toMatchObject({ ok: true, value: "previewed", rung: { outcome: "succeeded", duration_ms: 7_000 } });
});

it("a rehearsal that meets what may be over in a moment again and again ends after six tries, and says so", async () => {
  const { deps, pauses } = waiting();
  const attempt = await timedAttempt(deps, "DRY_RUN", false, async () => {
    throw new ToolFailure("no connection", { passing: true });
  });
  const error = "no connection; asked 6 times in 31 s";
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(attempt).toEqual({
    ok: false,
    passing: true,
    error,
    rung: expect.objectContaining({ outcome: "failed", error }),
  });
});

it("a rehearsal that fails for good is not made again", async () => {
  const { deps, pauses } = waiting();
  const attempt = await timedAttempt(deps, "DRY_RUN", false, async () => {
    throw new ToolFailure("there is no such contact");
  });
  expect([pauses, attempt]).toMatchObject([[], { ok: false, error: "there is no such contact" }]);
});

it("a LIVE read that meets what may be over in a moment is tried three times, and then left to be put off", async () => {
  const { deps, pauses } = waiting();
  let met = 0;
  const attempt = await timedAttempt(deps, "LIVE", true, async () => {
    met += 1;
    throw new ToolFailure("no connection", { passing: true });
  });
  expect([met, pauses, attempt]).toMatchObject([3, [], { ok: false, error: "no connection", again_in_seconds: 0 }]);
});
