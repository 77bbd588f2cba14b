import { describe, expect, it } from "vitest";
import { CallRefused, isWaiting, toldToModel, type Waiting } from "../src/govern/settled.ts";

const waiting: Waiting = {
  waiting: true,
  message: "It waits for a person.",
  call_id: "c1",
  for: "approval",
  approval_url: null,
};

describe("what a model is told of a call", () => {
  it("a model is told the tool's output of a call that was done, and of one that waits that it does", () => {
    expect(toldToModel({ kind: "done", output: { id: 1 } })).toEqual({ id: 1 });
    expect(toldToModel({ kind: "waiting", waiting })).toBe(waiting);
  });

  it("a model is told an error of a call that was refused", () => {
    const refusal = new CallRefused("No.", { retry: "never", status: "rejected", reasons: ["no"] });
    expect(() => toldToModel({ kind: "refused", refusal })).toThrow(refusal);
  });

  it.each([
    [{ waiting: true, call_id: "c1" }],
    [{ waiting: true, call_id: 7, message: "a queue's own" }],
    [{ waiting: "yes", call_id: "c1", message: "m" }],
    [null],
    ["waiting"],
  ])("a model is told a tool's own output where that only resembles a call that waits: %j", (output) => {
    expect(isWaiting(output)).toBe(false);
    expect(isWaiting(waiting)).toBe(true);
  });
});
