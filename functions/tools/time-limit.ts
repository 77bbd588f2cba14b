import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import type { CallOutcome, LookUp } from "../../shared/execution/call-outcome.ts";
import { ToolFailure } from "../../shared/ports/tools.ts";
import type { Timer } from "./timer.ts";

type Limited = Pick<ToolContract, "tool_name" | "timeout_seconds">;

/** A contract's time in whole milliseconds, as timers take it. */
export const timeoutMs = ({ timeout_seconds }: Pick<ToolContract, "timeout_seconds">): number =>
  Math.ceil(timeout_seconds * 1_000);

/** A call that is told to stop has this long to say that nothing of it was sent. */
const LAST_WORD_MS = 1_000;

/**
 * Runs something under the contract's timeout. When it is over the signal is aborted, so that the work can stop, and
 * `late` answers in its place.
 */
const withTimeLimit = async <Value>(
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<Value>,
  late: (words: string, work: Promise<Value>) => Value | Promise<Value>,
): Promise<Value> => {
  const controller = new AbortController();
  const words = `${contract.tool_name} gave no answer within ${contract.timeout_seconds} s`;
  let cancel = (): void => {};
  const work = run(controller.signal);
  const timeIsUp = new Promise<() => Value | Promise<Value>>((resolve) => {
    cancel = timer.after(timeoutMs(contract), () => {
      resolve(() => late(words, work));
      controller.abort(new ToolFailure(words, { timed_out: true }));
    });
  });
  // Racing keeps a rejection that comes too late from being reported as unhandled.
  const answer = await Promise.race([work.then((value) => () => value), timeIsUp]).finally(cancel);
  return answer();
};

/** A mock or a preview under its time limit. @throws ToolFailure with `timed_out` */
export const limitedRung = <Value>(
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => withTimeLimit(contract, timer, run, (words) => timedOut(words));

/**
 * A LIVE call or a compensation under its time limit: a write that gave no answer is indeterminate, unless it says on
 * being stopped that nothing of it was sent. Nobody needs to be asked about that.
 * @throws ToolFailure with `timed_out` for a tool that only reads, which may simply be tried again
 */
export const limitedCall = (
  contract: ToolContract,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<CallOutcome>,
): Promise<CallOutcome> =>
  withTimeLimit(contract, timer, run, (words, work) =>
    writes(contract) ? unlessUnsent(timer, work, { kind: "indeterminate", error: words }) : timedOut(words),
  );

/** Any other last word may be as wrong as none: the call may have acted while it was being stopped. */
const unlessUnsent = async (timer: Timer, work: Promise<CallOutcome>, late: CallOutcome): Promise<CallOutcome> => {
  let cancel = (): void => {};
  const silence = new Promise<CallOutcome>((resolve) => {
    cancel = timer.after(LAST_WORD_MS, () => resolve(late));
  });
  const lastWord = work.then(
    (said) => (said.kind === "rejected" && said.unsent === true ? said : late),
    () => late,
  );
  return Promise.race([lastWord, silence]).finally(cancel);
};

/** A look-up under the time limit: no answer leaves the outcome as unknown as it was. */
export const limitedLookUp = (
  contract: Limited,
  timer: Timer,
  run: (signal: AbortSignal) => Promise<LookUp>,
): Promise<LookUp> => withTimeLimit<LookUp>(contract, timer, run, (why) => ({ kind: "unknown", why }));

const timedOut = (words: string): never => {
  throw new ToolFailure(words, { timed_out: true });
};
