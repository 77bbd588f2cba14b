import { expect, it } from "vitest";
import { openCircuit, typicalLatency } from "../../../shared/conflicts/circuit.ts";

const counts = (calls: number, timed_out: number) => ({
  successes: calls - timed_out,
  failures: 0,
  indeterminate: timed_out,
  timed_out,
});

it("a circuit opens for five minutes once half of at least five calls gave no answer, and says so", () => {
  expect(openCircuit("send", counts(6, 3))).toEqual({
    seconds_left: 300,
    reason: "3 of the last 6 calls of send gave no answer in time",
  });
});

it("a circuit stays closed while fewer than half of the calls gave no answer, or there were four at most", () => {
  expect(openCircuit("send", counts(5, 2))).toBeUndefined();
  expect(openCircuit("send", counts(4, 4))).toBeUndefined();
});

it("a tool has a typical latency, the mean in seconds, once it was called five times", () => {
  expect(typicalLatency({ calls: 5, sum_ms: 10_000 })).toBe(2);
  expect(typicalLatency({ calls: 4, sum_ms: 10_000 })).toBeUndefined();
});
