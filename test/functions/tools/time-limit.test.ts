import { describe, expect, it } from "vitest";
import { limitedCall, limitedLookUp, limitedRung } from "../../../functions/tools/time-limit.ts";
import type { CallOutcome, LookUp } from "../../../shared/execution/call-outcome.ts";
import { standardContract } from "./contracts.ts";
import { manualTimer } from "./manual-timer.ts";

const WRITE = standardContract("ghl_update_contact"); // 20 s
const READ = standardContract("memory_search"); // 2 s
const COMMITTED: CallOutcome = { kind: "committed", output: null, undo: null };

/** Work that ends when the test says so, and knows whether it was stopped. */
const work = <Value>() => {
  let finish: (value: Value) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const seen: AbortSignal[] = [];
  const result = new Promise<Value>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const run = (signal: AbortSignal): Promise<Value> => {
    seen.push(signal);
    return result;
  };
  return { run, finish: (value: Value) => finish(value), fail: (error: Error) => fail(error), signal: () => seen[0] };
};

describe("a call under its contract's timeout", () => {
  it("a call under its contract's timeout gives its own answer when it is in time, and leaves no timer behind", async () => {
    const { timer, pass, pending } = manualTimer();
    const call = work<CallOutcome>();
    const outcome = limitedCall(WRITE, timer, call.run);
    await pass(19_999);
    call.finish(COMMITTED);
    expect(await outcome).toEqual(COMMITTED);
    expect([pending(), call.signal()?.aborted]).toEqual([0, false]);
  });

  it("a call under its contract's timeout is indeterminate for a tool that writes, and told to stop", async () => {
    const { timer, pass, pending } = manualTimer();
    const call = work<CallOutcome>();
    const outcome = limitedCall(WRITE, timer, call.run);
    await pass(20_000);
    expect(call.signal()?.aborted).toBe(true);
    await pass(1_000);
    expect(await outcome).toEqual({
      kind: "indeterminate",
      error: "ghl_update_contact gave no answer within 20 s",
    });
    expect([pending(), call.signal()?.aborted]).toEqual([0, true]);
  });

  it("a call under its contract's timeout stays indeterminate though the call answers by being stopped", async () => {
    const { timer, pass } = manualTimer();
    const outcome = limitedCall(
      WRITE,
      timer,
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve({ kind: "rejected", error: "stopped" }));
        }),
    );
    await pass(20_000);
    expect((await outcome).kind).toBe("indeterminate");
  });

  it("a call under a timeout says that nothing was sent where that is the last word of one told to stop", async () => {
    const { timer, pass, pending } = manualTimer();
    const unsent: CallOutcome = { kind: "rejected", error: "nothing was sent: no connection came about", unsent: true };
    const outcome = limitedCall(
      WRITE,
      timer,
      (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(unsent))),
    );
    await pass(20_000);
    expect([await outcome, pending()]).toEqual([unsent, 0]);
  });

  it("a call under its contract's timeout is a timed out failure for a tool that only reads", async () => {
    const { timer, pass } = manualTimer();
    const outcome = limitedCall(READ, timer, work<CallOutcome>().run);
    const refused = expect(outcome).rejects.toMatchObject({ name: "ToolFailure", timed_out: true });
    await pass(2_000);
    await refused;
  });

  it("a call under its contract's timeout passes a surprise on, and leaves no timer behind", async () => {
    const { timer, pending } = manualTimer();
    const call = work<CallOutcome>();
    const outcome = limitedCall(WRITE, timer, call.run);
    call.fail(new Error("a defect"));
    await expect(outcome).rejects.toThrow("a defect");
    expect(pending()).toBe(0);
  });

  it("a call under its contract's timeout is not disturbed by a failure that comes after the time limit", async () => {
    const { timer, pass } = manualTimer();
    const call = work<CallOutcome>();
    const outcome = limitedCall(WRITE, timer, call.run);
    await pass(20_000);
    call.fail(new Error("too late"));
    await pass(0);
    expect((await outcome).kind).toBe("indeterminate");
  });
});

describe("other rungs under the timeout", () => {
  it("a mock or preview that takes too long fails as timed out", async () => {
    const { timer, pass } = manualTimer();
    const preview = limitedRung(WRITE, timer, work<string>().run);
    const refused = expect(preview).rejects.toMatchObject({ name: "ToolFailure", timed_out: true });
    await pass(20_000);
    await refused;
  });

  it("a look-up that takes too long leaves an outcome unknown", async () => {
    const { timer, pass } = manualTimer();
    const found = limitedLookUp(WRITE, timer, work<LookUp>().run);
    await pass(20_000);
    expect((await found).kind).toBe("unknown");
  });
});
