import type { WorkCall, WorkOutcome } from "../../shared/execution/record/work.ts";
import type { Bell, Work } from "../../shared/ports/work.ts";

export type WorkerOptions = {
  readonly name?: string;
  readonly group?: string;
  readonly tools: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @returns undefined where no answer is to be given */
  readonly answer: (call: WorkCall) => WorkOutcome | undefined | Promise<WorkOutcome | undefined>;
};

/** Takes and answers calls in this process whenever the bell rings, until it is stopped. */
export const inProcessWorker = (work: Work, bell: Bell, options: WorkerOptions) => {
  const { name = "ada", group = "cards", tools, now, answer } = options;
  const stopped = new AbortController();
  const at = (): string => new Date(now()).toISOString();
  const takeAll = async (): Promise<void> => {
    for (const calls of [work.acts, work.reads]) {
      for (let call = await calls.take(group, tools, name, at()); call !== undefined; ) {
        const said = await answer(call);
        if (said !== undefined) {
          await calls.answer(call.call_id, { said, worker: name, at: at(), late: at() > call.deadline });
          bell.ring();
        }
        call = await calls.take(group, tools, name, at());
      }
    }
  };
  const run = async (): Promise<void> => {
    await work.seen.note({ group, worker: name, tools: [...tools], asked_at: at() });
    while (!stopped.signal.aborted) {
      const heard = bell.heard();
      await takeAll();
      // As long as a timer may be set: it is woken.
      await bell.wait(heard, 2_000_000_000, stopped.signal);
    }
  };
  const running = run();
  return {
    stop: (): Promise<void> => {
      stopped.abort();
      return running;
    },
  };
};
