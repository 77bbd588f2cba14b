import type { Machine } from "../../functions/machine/definition.ts";
import { StateError, stateError } from "../../functions/machine/errors.ts";
import { runMachine } from "../../functions/machine/interpreter.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { RunInput, Workflow } from "../../shared/ports/workflow.ts";
import type { Hazards } from "../hazards/hazards.ts";
import type { Random } from "../random.ts";
import type { Outcome, Process } from "../scheduler/process.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Trace } from "../trace.ts";

export type Task = (input: unknown) => Promise<unknown>;

/** One running task: its process, and what comes of it. */
export type StartedTask = { readonly process: Process; readonly outcome: Promise<Outcome<unknown>> };

export type EngineOptions = {
  readonly machine: Machine;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly hazards: Hazards;
  readonly trace: Trace;
  /** Starts the function of a state in a process of its own. */
  readonly start: (state: string, payload: Json) => StartedTask;
  /** A run ended where no state could catch it. */
  readonly onLost: (name: string, cause: string) => void;
};

type Run = { readonly name: string; stopped: boolean };

/** A failure at any moment of the first minute: the function may be anywhere by then. */
const ABANDONED_WITHIN_MS = 60_000;

/** Step Functions, as far as promises depend on it: names are unique, tokens are used once, tasks fail and time out. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #runs = new Map<string, Run>();
  readonly #tokens = new Map<string, () => void>();
  #waits = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** The engine as one process sees it. */
  seenBy(process: Process): Workflow {
    return {
      start: (name, input) => process.call(`start ${name}`, true, () => this.#start(name, input)),
      wake: (token) =>
        process.call("wake", true, () => {
          const resume = this.#tokens.get(token);
          this.#tokens.delete(token);
          resume?.();
          return resume === undefined ? "dead" : "woken";
        }),
    };
  }

  /** Ends every run and every wait without a word, as a crash of the machine does. */
  stopAll(): void {
    for (const run of this.#runs.values()) run.stopped = true;
    this.#tokens.clear();
  }

  /** Runs of old are forgotten: an engine that began anew. */
  forget(): void {
    this.stopAll();
    this.#runs.clear();
  }

  #start(name: string, input: RunInput): "started" | "exists" {
    if (this.#runs.has(name)) return "exists";
    const run: Run = { name, stopped: false };
    this.#runs.set(name, run);
    this.#carry(run, { ...input });
    return "started";
  }

  #carry(run: Run, input: Json): void {
    const { machine, random, trace, onLost } = this.#options;
    const ended = runMachine(machine, input, {
      random,
      invoke: (state, payload, timeout) => this.#invoke(run, state, payload, timeout),
      invokeAndWait: (state, payloadFor, timeout) => this.#invokeAndWait(run, state, payloadFor, timeout),
      sleep: (seconds) => new Promise((resolve) => this.#options.scheduler.after(seconds * 1000, resolve)),
      stopped: () => run.stopped,
      entered: (state) => trace.add(() => `${run.name} enters ${state}`),
    });
    ended.then(
      ({ status }) => trace.add(() => `${run.name} ${status}`),
      (error: unknown) => {
        trace.add(() => `${run.name} is lost: ${String(error)}`);
        onLost(run.name, stateError(error).cause_text);
      },
    );
  }

  #invoke(run: Run, state: string, payload: Json, timeout: number | undefined): Promise<Json> {
    const { hazards, start, scheduler, random, trace } = this.#options;
    const fate = hazards.task(state);
    if (fate !== "runs") trace.add(() => `${run.name}: ${state} [${fate}]`);
    if (fate === "never_starts") return Promise.reject(new StateError("Lambda.TooManyRequestsException", "throttled"));
    const started = start(state, payload);
    if (fate === "twice") start(state, payload);
    return new Promise((resolve, reject) => {
      const limit = scheduler.after((timeout ?? 99_999_999) * 1000, () =>
        reject(new StateError("States.Timeout", `${state} did not answer within ${timeout} s`)),
      );
      if (fate === "abandoned") {
        scheduler.after(random.below(ABANDONED_WITHIN_MS), () => reject(new StateError("Lambda.Unknown", "no reply")));
      }
      started.outcome.then((outcome) => {
        limit();
        const answer = answered(outcome);
        if (answer instanceof StateError) reject(answer);
        else resolve(answer);
      });
    });
  }

  #invokeAndWait(run: Run, state: string, payloadFor: (token: string) => Json, timeout: number): Promise<Json> {
    this.#waits += 1;
    const token = `${run.name}#${this.#waits}`;
    return new Promise((resolve, reject) => {
      const limit = this.#options.scheduler.after(timeout * 1000, () => {
        this.#tokens.delete(token);
        reject(new StateError("States.Timeout", `nobody woke it within ${timeout} s`));
      });
      this.#tokens.set(token, () => {
        limit();
        resolve({});
      });
      this.#invoke(run, state, payloadFor(token), undefined).catch((error: unknown) => {
        limit();
        this.#tokens.delete(token);
        reject(error);
      });
    });
  }
}

const answered = (outcome: Outcome<unknown>): Json | StateError => {
  switch (outcome.kind) {
    case "died":
      return new StateError("Lambda.Unknown", "the function ended without an answer");
    case "threw":
      return stateError(outcome.error);
    case "answered":
      return outcome.value === undefined ? null : JSON.parse(JSON.stringify(outcome.value));
  }
};
