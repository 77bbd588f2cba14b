import { expect, it } from "vitest";
import { openCircuits, typicalLatency } from "../../../shared/conflicts/circuit.ts";

const called = (tool_name: string, calls: number, timed_out: number, service?: string) => ({
  tool_name,
  service,
  counts: { successes: calls - timed_out, failures: 0, indeterminate: timed_out, timed_out },
});

it("a circuit opens for five minutes once half of at least five calls gave no answer, and says so", () => {
  expect(openCircuits([called("send", 6, 3)])).toEqual([
    {
      of: "send",
      tools: ["send"],
      seconds_left: 300,
      reason: "3 of the last 6 calls of send gave no answer in time",
    },
  ]);
});

it("a circuit stays closed while fewer than half of the calls gave no answer, or there were four at most", () => {
  expect(openCircuits([called("send", 5, 2), called("post", 4, 4)])).toEqual([]);
});

it("tools of one service have one circuit, and others theirs", () => {
  const crm = "crm.example.com";
  const tools = [called("find", 3, 1, crm), called("change", 3, 3, crm), called("send", 9, 0)];
  expect(openCircuits(tools)).toEqual([
    {
      of: crm,
      tools: ["find", "change"],
      seconds_left: 300,
      reason: "4 of the last 6 calls of crm.example.com gave no answer in time",
    },
  ]);
});

it("a tool has a typical latency, the mean in seconds, once it was called five times", () => {
  expect(typicalLatency({ calls: 5, sum_ms: 10_000 })).toBe(2);
  expect(typicalLatency({ calls: 4, sum_ms: 10_000 })).toBeUndefined();
});
