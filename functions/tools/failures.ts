import { writes } from "../../shared/contracts/tool-contract.ts";
import type { CallOutcome, LookUp } from "../../shared/execution/call-outcome.ts";
import { type LiveToolCall, type ToolAdapter, ToolFailure } from "../../shared/ports/tools.ts";
import type { FailingRung, FailurePlan, PlannedFailure } from "./failure-plan.ts";
import { type Timer, waitFor } from "./timer.ts";

/** An adapter whose calls fail as planned; what is not planned goes on to the adapter. */
export const withFailures = (adapter: ToolAdapter, plan: FailurePlan, timer: Timer): ToolAdapter => ({
  ...adapter,
  mock: async (call) => {
    await simulate(await plan.next("mock", call), timer);
    return adapter.mock(call);
  },
  preview: async (call) => {
    await simulate(await plan.next("preview", call), timer);
    return adapter.preview(call);
  },
  call: (call) => failingCall(plan, timer, "call", call, () => adapter.call(call)),
  compensate: (call, undo) => failingCall(plan, timer, "compensate", call, () => adapter.compensate(call, undo)),
  lookUp: async (call, side) => {
    const failure = await plan.next("look_up", call);
    return failure === undefined ? adapter.lookUp(call, side) : failingLookUp(failure, timer, call, side, adapter);
  },
});

/** On a rung without effect every refusal is a ToolFailure. */
const simulate = async (failure: PlannedFailure | undefined, timer: Timer): Promise<void> => {
  switch (failure?.kind) {
    case undefined:
      return;
    case "slow":
      return waitFor(timer, failure.delay_ms);
    case "reject":
      throw new ToolFailure(failure.message);
    case "time_out_before":
    case "time_out_after_effect":
      throw new ToolFailure(failure.message, { timed_out: true });
    case "throw":
      throw new Error(failure.message);
  }
};

const failingCall = async (
  plan: FailurePlan,
  timer: Timer,
  rung: Extract<FailingRung, "call" | "compensate">,
  call: LiveToolCall,
  proceed: () => Promise<CallOutcome>,
): Promise<CallOutcome> => {
  const failure = await plan.next(rung, call);
  switch (failure?.kind) {
    case undefined:
      return proceed();
    case "reject":
      return { kind: "rejected", error: failure.message };
    case "time_out_before":
      return noAnswer(call, failure);
    case "time_out_after_effect":
      await proceed();
      return noAnswer(call, failure);
    case "throw":
      throw new Error(failure.message);
    case "slow":
      await waitFor(timer, failure.delay_ms, call.signal);
      return proceed();
  }
};

const noAnswer = (call: LiveToolCall, failure: PlannedFailure): CallOutcome => {
  if (writes(call.contract)) return { kind: "indeterminate", error: failure.message };
  throw new ToolFailure(failure.message, { timed_out: true });
};

const failingLookUp = async (
  failure: PlannedFailure,
  timer: Timer,
  call: LiveToolCall,
  side: "forward" | "compensation",
  adapter: ToolAdapter,
): Promise<LookUp> => {
  if (failure.kind === "throw") throw new Error(failure.message);
  if (failure.kind !== "slow") return { kind: "unknown", why: failure.message };
  await waitFor(timer, failure.delay_ms, call.signal);
  return adapter.lookUp(call, side);
};
