import type { Json } from "../../shared/plan/json.ts";
import type { RunInput } from "../../shared/ports/workflow.ts";
import { asJson } from "../machine/as-json.ts";
import { readMachine } from "../machine/definition.ts";
import { runMachine } from "../machine/interpreter.ts";
import type { Timer } from "../tools/timer.ts";
import type { WorkflowTasks } from "./tasks.ts";

export type CarryOptions = {
  readonly tasks: WorkflowTasks["tasks"];
  readonly timer: Timer;
  /** Told of an error that ended it, before the run is left. */
  readonly onError: (state: string, error: unknown) => void;
  /** Waited for before each task; nothing is at work meanwhile. */
  readonly ahead?: (() => Promise<void>) | undefined;
};

/** The state that goes on in another run: nothing that is over within a request gets there. */
const CONTINUES = "Continue in a fresh history";

/**
 * A workflow run by the deployed file in this process: the same functions in the same order, and so the same record. It
 * is left, where it stands, at whatever takes longer than a request: a wait, a pause before another try, an error, the
 * end of its time. A run that is started then takes it up: it finds what is done, and nothing is done twice.
 * @returns "ended" when the run came to its end, "left" otherwise
 */
export const carryRun = async (
  { tasks, timer, onError, ahead }: CarryOptions,
  input: RunInput,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<"ended" | "left"> => {
  const left = Promise.withResolvers<"left">();
  let stopped = false;
  const leave = (): void => {
    stopped = true;
    left.resolve("left");
  };
  const leaving = (): Promise<never> => {
    leave();
    return new Promise(() => {});
  };
  let working: Promise<unknown> = Promise.resolve();
  /** A stop of this process takes away what the task that is at work writes to: that task comes to its end first. */
  const stop = (): void => {
    stopped = true;
    void working.finally(leave);
  };
  const cancel = timer.after(milliseconds, leave);
  signal?.addEventListener("abort", stop);
  const run = runMachine(
    readMachine(),
    { ...input },
    {
      random: { next: () => 0 },
      invoke: async (state, payload): Promise<Json> => {
        if (ahead !== undefined) await ahead();
        const task = tasks[state];
        if (task === undefined || state === CONTINUES || signal?.aborted) return leaving();
        try {
          const answered = task(asJson(payload));
          working = answered.catch(() => {});
          const answer = await answered;
          return asJson(answer);
        } catch (error) {
          onError(state, error);
          return leaving();
        }
      },
      invokeAndWait: leaving,
      sleep: leaving,
      stopped: () => stopped,
      entered: () => {},
    },
  ).then(() => "ended" as const);
  try {
    return await Promise.race([run, left.promise]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", stop);
  }
};
