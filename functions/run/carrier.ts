import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { Carrier } from "../../shared/ports/calls.ts";
import { Contended } from "../../shared/ports/contention.ts";
import type { Deps } from "../deps.ts";
import { runInput, startRun } from "../records/run-life-cycle.ts";
import { waitFor } from "../tools/timer.ts";
import { carryRun } from "./carry-run.ts";
import { lulls } from "./lull.ts";
import type { WorkflowTasks } from "./tasks.ts";

export type CarrierDeps = Pick<Deps, "timer" | "log" | "executions" | "carriedRuns" | "workflow">;

type Carrying = {
  readonly tasks: WorkflowTasks["tasks"];
  readonly record: ExecutionRecord;
  readonly milliseconds: number;
  readonly ahead?: () => Promise<void>;
  readonly signal?: AbortSignal;
};

/** One run to its end, or to the start of the run that takes it up; then the note that it is carried here goes. */
const carryOne = async (deps: CarrierDeps, carrying: Carrying): Promise<void> => {
  const { tasks, record, milliseconds, ahead, signal } = carrying;
  const { execution_id } = record;
  const onError = (state: string, error: unknown): void => {
    const fields = { execution_id, state, error_name: nameOf(error) };
    // Of many calls at once some always lose each of their turns: nothing is wrong, and nobody has anything to do.
    if (error instanceof Contended) deps.log.info("a call gives way to others: a workflow run goes on with it", fields);
    else deps.log.warn("an error came up within a call: a workflow run goes on with it", fields);
  };
  const carried = await carryRun({ tasks, timer: deps.timer, onError, ahead }, runInput(record), milliseconds, signal);
  // A process that stops leaves it to the next one.
  if (signal?.aborted) return;
  if (carried === "left") await startRun(deps)(record);
  await deps.carriedRuns.remove(execution_id);
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error");

const recordOf = async (deps: CarrierDeps, execution_id: string): Promise<ExecutionRecord> => {
  const record = await deps.executions.get(execution_id);
  if (record === undefined) throw new Error(`execution ${execution_id} was created and is gone`);
  return record;
};

/** Where a process ends with the answer: the run is over, or left, before that. */
export const carrierWithin = (deps: CarrierDeps, tasks: () => WorkflowTasks["tasks"]): Carrier => ({
  carry: async (execution_id, milliseconds) =>
    carryOne(deps, { tasks: tasks(), record: await recordOf(deps, execution_id), milliseconds }),
});

export type BackgroundCarrier = Carrier & {
  /**
   * Work whose answer somebody waits for, until all of it is there: a call that was made has still to be brought to the
   * disk and replied to, and what is left of it or of others would come before that.
   */
  answering<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Leaves everything where it stands, and waits until nothing of it is at work. */
  stop(): Promise<void>;
};

/** The state after which what came of a read is known. */
const ANSWERS = "Live";

/** Longer than an answer takes to be sent, and shorter than who asks once more takes to do so. */
const QUIET_MS = 4;
/** Where calls never cease, what is left of each is put off by so much and no more. */
const MOST_MS = 5_000;
/** It goes on for so long beyond the time of its caller: less than the note that it is carried here stands. */
const AFTERWARDS_MS = 20_000;

/**
 * Where a process lives on: who asks waits until the call was made, and not for artifacts, of this call or of others. A
 * call that was answered is brought to its end while nobody waits for an answer.
 */
export const carrierBehind = (deps: CarrierDeps, tasks: () => WorkflowTasks["tasks"]): BackgroundCarrier => {
  const stopping = new AbortController();
  const lull = lulls(deps.timer, QUIET_MS);
  let made: WorkflowTasks["tasks"] | undefined;
  const under_way = new Set<Promise<void>>();
  return {
    carry: async (execution_id, milliseconds) => {
      const end = lull.answering();
      const answered = Promise.withResolvers<void>();
      const cancel = deps.timer.after(milliseconds, answered.resolve);
      try {
        const record = await recordOf(deps, execution_id);
        made ??= tasks();
        const { signal } = stopping;
        let hurry: Promise<void> | undefined;
        const known = (): void => {
          hurry = waitFor(deps.timer, MOST_MS, signal);
          answered.resolve();
        };
        const ahead = async (): Promise<void> => {
          if (hurry !== undefined) await lull.come(hurry);
        };
        const carrying = { record, ahead, signal, milliseconds: milliseconds + AFTERWARDS_MS };
        const carried = carryOne(deps, { ...carrying, tasks: { ...made, ...telling(made, known) } })
          .catch((error: unknown) => deps.log.error("a call could not be carried on", { execution_id }, error))
          .finally(() => {
            under_way.delete(carried);
            answered.resolve();
          });
        under_way.add(carried);
        await answered.promise;
      } finally {
        cancel();
        end();
      }
    },
    answering: async (work) => {
      const end = lull.answering();
      try {
        return await work();
      } finally {
        end();
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(under_way);
    },
  };
};

const telling = ({ [ANSWERS]: live }: WorkflowTasks["tasks"], answered: () => void): WorkflowTasks["tasks"] =>
  live === undefined ? {} : { [ANSWERS]: (input) => live(input).finally(answered) };
