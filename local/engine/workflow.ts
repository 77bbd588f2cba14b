import { setTimeout as realTimeout } from "node:timers";
import { asJson } from "../../functions/machine/as-json.ts";
import { type Machine, machineOf } from "../../functions/machine/definition.ts";
import { StateError } from "../../functions/machine/errors.ts";
import { type Host, runMachine } from "../../functions/machine/interpreter.ts";
import { subjectOf } from "../../functions/observing.ts";
import type { WorkflowTasks } from "../../functions/run/tasks.ts";
import type { Timer } from "../../functions/tools/timer.ts";
import type { Json } from "../../shared/plan/json.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { RunInput, Workflow } from "../../shared/ports/workflow.ts";
import { pause, within } from "./time-limit.ts";
import { turns } from "./turns.ts";
import { waitsUntilWoken } from "./waits.ts";

export type LocalWorkflowOptions = {
  /** The text of a definition by its digest: a run keeps the one it began with. */
  readonly definitionOf: (execution_id: string) => Promise<string>;
  readonly tasksFor: () => WorkflowTasks;
  readonly log: Log;
  /** Called when a run has ended without success by itself, before it counts as ended: what no state could catch. */
  readonly onFailure?: (name: string, error: unknown) => Promise<void>;
  /** Ends waits that nobody woke; tests give one that passes when they say so. */
  readonly timer?: Timer;
  /** Sees every state that is entered, also those that call no function: on Step Functions, what it costs. */
  readonly onEntered?: (state: string) => void;
  /** Pause before each retry in milliseconds, in place of what the file says; tests give 0. */
  readonly retry_pause_ms?: number;
};

/**
 * One process does the work of all executions: how many of its tasks are at it at once. More would only make each slower,
 * until the times of the state machine are over. A rung waits for its tool most of the time, so there are more of those.
 */
const TASKS_AT_ONCE = 8;
const RUNGS_AT_ONCE = 128;
const RUNGS: ReadonlySet<string> = new Set(["Mock", "Dry run", "Live", "Roll back"]);

/**
 * Of so many runs that ended the names are kept, as Step Functions keeps them for 90 days: what asks for one once more
 * does so soon. Begun again after that, or after a restart, a run finds in the records that nothing is left to do.
 */
const ENDED_KEPT = 1_000;

/** A run that is still at work after so long is not waited for by who starts many: its call may take minutes. */
const LONGEST_LOOK_MS = 2_000;

/** A wait of days must not keep the process alive by itself: the server does that. */
const unheldTimer: Timer = {
  after: (milliseconds, then) => {
    const handle = realTimeout(then, milliseconds);
    handle.unref();
    return () => clearTimeout(handle);
  },
};

export type LocalWorkflow = Workflow & {
  /** Waits until no run is active; runs that wait for a person do not count, once their token is stored. */
  idle(): Promise<void>;
  /** Waits until that run waits for a person or has ended; no longer than it takes others to be kept from their turn. */
  atRest(name: string): Promise<void>;
  /** Abandons every run where it stands, as a crash would: the records are the truth, and the next start takes them up. */
  stop(): Promise<void>;
  /** Entered states of all runs so far, by name. */
  readonly transitions: ReadonlyMap<string, number>;
};

/** The run was stopped with the process: nobody will see what comes of it. */
class Stopped extends Surprise {
  override readonly name = "Stopped";
}

type Task = (input: unknown) => Promise<unknown>;

/**
 * Step Functions on one machine: the deployed file, interpreted, with its functions in this process. Runs are not kept
 * across restarts and need not be: every workflow run begins by reading the records, so a fresh one takes up where the
 * last was cut off.
 */
export const localWorkflow = (options: LocalWorkflowOptions): LocalWorkflow => {
  const machines = new Map<string, Machine>();
  const [taskInTurn, rungInTurn] = [turns(TASKS_AT_ONCE), turns(RUNGS_AT_ONCE)];
  const ended = new Set<string>();
  /** Those who wait for a run to come to rest, by its name. */
  const awaited = new Map<string, () => void>();
  const waits = waitsUntilWoken(options.timer ?? unheldTimer);
  /** Runs that ended without success, and are being told of. */
  const failing = new Set<Promise<void>>();
  const transitions = new Map<string, number>();
  /** Runs that were started and have not ended: from the first moment, before they are active. */
  const going = new Set<string>();
  let stopped = false;

  /** The text itself is not kept with the run: it is larger than all that a waiting run needs. */
  const machineFor = async (execution_id: string): Promise<Machine> => {
    const text = await options.definitionOf(execution_id);
    const known = machines.get(text);
    if (known !== undefined) return known;
    const machine = machineOf(JSON.parse(text));
    machines.set(text, machine);
    return machine;
  };

  const count = (name: string): void => {
    transitions.set(name, (transitions.get(name) ?? 0) + 1);
  };

  const keepName = (name: string): void => {
    ended.add(name);
    const [oldest] = ended;
    if (ended.size > ENDED_KEPT && oldest !== undefined) ended.delete(oldest);
  };

  /** Made when the first run begins: the tasks may need what is made after this workflow. */
  const functions = once(options.tasksFor);

  /** In its turn, and then within its time. */
  const limited = async (name: string, task: Task | undefined, payload: Json, seconds?: number): Promise<Json> => {
    if (stopped) throw new Stopped();
    if (task === undefined) throw new StateError("Lambda.ResourceNotFoundException", `there is no function of ${name}`);
    const inTurn = RUNGS.has(name) ? rungInTurn : taskInTurn;
    const answer = await inTurn(String(subjectOf(payload).execution_id ?? ""), () => {
      if (stopped) throw new Stopped();
      return within(seconds, () => task(asJson(payload)));
    });
    return asJson(answer);
  };

  const host: Omit<Host, "invokeAndWait"> = {
    random: { next: Math.random },
    invoke: (state, payload, seconds) => {
      count(state);
      return limited(state, functions().tasks[state], payload, seconds);
    },
    sleep: (seconds) => pause(options.retry_pause_ms ?? seconds * 1000),
    stopped: () => stopped,
    entered: options.onEntered ?? nobody,
  };

  const hostOf = (run: string): Host => ({
    ...host,
    invokeAndWait: (state, payloadFor, seconds) => {
      count(state);
      const [name, task] = functions().wait;
      return waits.wait({
        seconds,
        store: (task_token) => limited(state, name === state ? task : undefined, payloadFor(task_token)),
        onRest: () => awaited.get(run)?.(),
      });
    },
  });

  const run = async (name: string, input: RunInput): Promise<void> => {
    const machine = await machineFor(input.execution_id);
    const error = await runMachine(machine, { ...input }, hostOf(name)).then(
      (end) => (end.status === "FAILED" ? end.error : undefined),
      (thrown: unknown) => thrown,
    );
    if (error === undefined || stopped) return;
    // No error of the machine's: a plan that failed ends its run so.
    const error_name = error instanceof Error ? error.name : null;
    options.log.with(subjectOf(input)).info("a run ended without success", { name, error_name });
    const told = options.onFailure?.(name, error) ?? Promise.resolve();
    failing.add(told);
    await told.finally(() => failing.delete(told));
  };

  return {
    transitions,
    start: async (name, input) => {
      if (going.has(name) || ended.has(name)) return "exists";
      going.add(name);
      run(name, input)
        .catch((error: unknown) => {
          options.log.with(subjectOf(input)).error("a run could not be started", { name }, error);
        })
        .finally(() => {
          going.delete(name);
          keepName(name);
          awaited.get(name)?.();
        });
      return "started";
    },
    wake: async (token, output) => waits.wake(token, asJson(output)),
    idle: async () => {
      while (going.size > waits.resting()) await new Promise((resolve) => setImmediate(resolve));
    },
    atRest: async (name) => {
      const rested = Promise.withResolvers<void>();
      awaited.set(name, rested.resolve);
      const cancel = unheldTimer.after(LONGEST_LOOK_MS, rested.resolve);
      if (stopped || !going.has(name)) rested.resolve();
      await rested.promise;
      cancel();
      awaited.delete(name);
    },
    stop: async () => {
      stopped = true;
      waits.cutOff(new Stopped());
      await Promise.allSettled(failing);
    },
  };
};

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const nobody = (): void => {};
