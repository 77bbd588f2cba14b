import { expect, it } from "vitest";
import { openCircuits, typicalLatency } from "../../../shared/conflicts/circuit.ts";

const NOW = "2030-01-01T12:00:00.000Z";
const secondsAgo = (seconds: number): string => new Date(Date.parse(NOW) - seconds * 1_000).toISOString();

/** So many calls without an answer, the newest so many seconds ago and the others a second before each. */
const silent = (tool_name: string, calls: number, { of = tool_name, newest = 60 } = {}) =>
  Array.from({ length: calls }, (_, number) => ({
    ...{ of, tool_name, execution_id: `e${number}` },
    at: secondsAgo(newest + number),
  }));
const answered = (tool_name: string, calls: number, of = tool_name) => ({ of, tool_name, calls });

it("a circuit opens once half of at least five calls gave no answer, until five minutes after the last of them", () => {
  expect(openCircuits(silent("send", 3), [answered("send", 3)], NOW)).toEqual([
    {
      of: "send",
      tools: ["send"],
      until: secondsAgo(60 - 300),
      reason: "3 of the last 6 calls of send gave no answer in time",
    },
  ]);
});

it("a circuit stays closed while fewer than half of the calls gave no answer, or there were four at most", () => {
  const few = [...silent("send", 2), ...silent("post", 4)];
  expect(openCircuits(few, [answered("send", 3)], NOW)).toEqual([]);
  expect(openCircuits(silent("send", 5), [answered("send", 6)], NOW)).toEqual([]);
});

it("a circuit is closed five minutes after the last call without an answer, whatever the window holds", () => {
  expect(openCircuits(silent("send", 9, { newest: 299 }), [], NOW)).toMatchObject([{ until: secondsAgo(-1) }]);
  expect(openCircuits(silent("send", 9, { newest: 300 }), [], NOW)).toEqual([]);
});

it("tools of one service have one circuit, and others theirs", () => {
  const of = "crm.example.com";
  const calls = [...silent("find", 1, { of }), ...silent("change", 3, { of, newest: 10 })];
  const heard = [answered("find", 2, of), answered("send", 9)];
  expect(openCircuits(calls, heard, NOW)).toEqual([
    {
      ...{ of, tools: ["find", "change"], until: secondsAgo(10 - 300) },
      reason: "4 of the last 6 calls of crm.example.com gave no answer in time",
    },
  ]);
});

it("a tool has a typical latency, the mean in seconds, once it was called five times", () => {
  expect(typicalLatency({ calls: 5, sum_ms: 10_000 })).toBe(2);
  expect(typicalLatency({ calls: 4, sum_ms: 10_000 })).toBeUndefined();
});
