import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import { type CallOutcome, type LookUp, ToolFailure } from "../../shared/ports/tools.ts";
import type { Timer } from "./timer.ts";

type Limited = Pick<ToolContract, "tool_name" | "timeout_seconds">;

/**
 * Runs something under the contract's timeout. When it is over the signal is aborted, so that the work can stop, and
 * `late` answers in its place; whatever the work still comes to is not waited for.
 */
export const withTimeLimit = async <Value>(
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<Value>,
  late: (words: string) => Value,
): Promise<Value> => {
  const controller = new AbortController();
  const words = `${contract.tool_name} gave no answer within ${contract.timeout_seconds} s`;
  let cancel = (): void => {};
  const timeIsUp = new Promise<() => Value>((resolve) => {
    cancel = timer.after(contract.timeout_seconds * 1_000, () => {
      resolve(() => late(words));
      controller.abort(new ToolFailure(words, { timed_out: true }));
    });
  });
  // Racing keeps a rejection that comes too late from being reported as unhandled.
  const answer = await Promise.race([run(controller.signal).then((value) => () => value), timeIsUp]).finally(cancel);
  return answer();
};

/** A mock or a preview under its time limit. @throws ToolFailure with `timed_out` */
export const limitedRung = <Value>(
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => withTimeLimit(contract, timer, run, (words) => timedOut(words));

/**
 * A LIVE call or a compensation under its time limit: a write that gave no answer is indeterminate.
 * @throws ToolFailure with `timed_out` for a tool that only reads, which may simply be tried again
 */
export const limitedCall = (
  contract: ToolContract,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<CallOutcome>,
): Promise<CallOutcome> =>
  withTimeLimit(contract, timer, run, (words) =>
    writes(contract) ? { kind: "indeterminate", error: words } : timedOut(words),
  );

/** A look-up under the time limit: no answer leaves the outcome as unknown as it was. */
export const limitedLookUp = (
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<LookUp>,
): Promise<LookUp> => withTimeLimit<LookUp>(contract, timer, run, (why) => ({ kind: "unknown", why }));

const timedOut = (words: string): never => {
  throw new ToolFailure(words, { timed_out: true });
};
