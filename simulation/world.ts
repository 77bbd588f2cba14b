import { memoryArtifactFiles } from "../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../functions/adapters/memory/bodies.ts";
import { tablePorts } from "../functions/adapters/table/index.ts";
import { executionKey } from "../functions/adapters/table/keys/of-executions.ts";
import { PARTITIONS } from "../functions/adapters/table/keys/partitions.ts";
import { nextCall } from "../functions/api/work/next-call.ts";
import type { Deps } from "../functions/deps.ts";
import { finalise } from "../functions/finalise/finalise.ts";
import { startRun } from "../functions/records/run-life-cycle.ts";
import { type WorkflowTasks, workflowTasks } from "../functions/run/tasks.ts";
import { apiHandlers, backgroundHandlers } from "../infra/handlers.ts";
import { recover } from "../local/recover.ts";
import { settleAbandoned } from "../local/settle-abandoned.ts";
import type { Json } from "../shared/plan/json.ts";
import type { Hazards } from "./hazards/hazards.ts";
import type { Facts, Invariant } from "./invariants/invariant.ts";
import { Watches } from "./invariants/watches.ts";
import { Engine, type StartedTask } from "./machine/engine.ts";
import { livesSeconds, MACHINE } from "./machine/functions.ts";
import { type Around, depsOf } from "./ports/deps.ts";
import { Store, type TableVariant } from "./ports/store.ts";
import type { Random } from "./random.ts";
import { type Outcome, Process } from "./scheduler/process.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { Service } from "./service/service.ts";
import { START_MS, Trace } from "./trace.ts";
import type { Written } from "./written.ts";

/**
 * The part that a deliberately broken variant replaces: the table below the adapters, or functions of the state
 * machine.
 */
export type Variant = {
  readonly table?: TableVariant;
  readonly tasks?: (tasks: WorkflowTasks["tasks"], deps: Deps) => WorkflowTasks["tasks"];
  readonly deps?: (deps: Deps) => Deps;
  /** Stands in for how a call is handed to a worker. */
  readonly fetch?: typeof nextCall;
};

export type WorldOptions = {
  readonly random: Random;
  readonly hazards: Hazards;
  readonly invariants: readonly Invariant[];
  readonly executions: readonly string[];
  /** How many more may come to be: calls that agents ask for. */
  readonly calls: number;
  readonly traced: boolean;
  readonly variant: Variant;
  /** Some tools are done by workers, which fetch their calls. */
  readonly workers: boolean;
  /** So many await points are at the same millisecond. */
  readonly turns_an_instant: number;
};

const RECORD = executionKey("").sk;

/** More turns than anybody needs: a schedule that takes so many goes round in circles. */
const TURNS_OF_A_SCHEDULE = 16_000;
const TURNS_OF_AN_EXECUTION = 4_000;

/** How soon somebody whose request failed tries it again. */
const TRY_AGAIN_MS = 45_000;

/** Everything that one schedule is played on: the real use cases over a table, an engine and a service that can fail. */
export class World {
  readonly random: Random;
  readonly hazards: Hazards;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly service = new Service();
  readonly store: Store;
  /** Those that were to be submitted, and behind them calls that agents asked for, as they came to be. */
  readonly executions: readonly string[];
  readonly #executions: string[];
  /** The ports beside all turns and faults: for setting up, for people's eyes and for checks. */
  readonly facts: Facts & { readonly ports: ReturnType<typeof tablePorts> };
  /** Told by people of what they were answered, and by ports of what is done. */
  readonly watches: Watches;
  /** A worker's question for a call, as the API takes it. */
  readonly fetch: typeof nextCall;
  readonly #around: Around;
  readonly #variant: Variant;
  readonly #onWritten: ((written: Written) => void)[] = [];
  readonly #alive = new Set<Process>();
  readonly #engine: Engine;
  /** Set while the machine starts again. */
  #starting: Promise<void> | undefined;
  #processes = 0;

  constructor(options: WorldOptions) {
    const { random, hazards, variant, turns_an_instant } = options;
    this.random = random;
    this.hazards = hazards;
    this.#executions = [...options.executions];
    this.executions = this.#executions;
    const most_turns = TURNS_OF_A_SCHEDULE + (options.executions.length + options.calls) * TURNS_OF_AN_EXECUTION;
    this.scheduler = new Scheduler({ random, now: START_MS, most_turns, turns_an_instant });
    this.trace = new Trace(options.traced, () => this.scheduler.now);
    this.#variant = variant;
    this.fetch = variant.fetch ?? nextCall;
    const now = (): number => this.scheduler.now;
    const lag = (): number => hazards.indexLag();
    this.store = new Store({ now, lag, watch: (written) => this.#written(written), variant: variant.table });
    const [bodies, artifacts] = [memoryBodies(), memoryArtifactFiles()];
    this.facts = {
      table: this.store.table,
      ports: tablePorts(this.store.table),
      bodies,
      artifacts,
      service: this.service,
      executions: this.#executions,
      now,
    };
    this.watches = new Watches(options.invariants, this.facts, (error) => this.scheduler.fail(error));
    this.#engine = new Engine({
      machine: MACHINE,
      scheduler: this.scheduler,
      random,
      hazards,
      trace: this.trace,
      start: (state, payload) => this.#startTask(state, payload),
      onLost: (name, cause) => this.#finalise(name, cause),
    });
    let numbers = 0;
    this.#around = {
      ...{ random, hazards, bodies, artifacts, workers: options.workers },
      ...{ scheduler: this.scheduler, trace: this.trace, service: this.service, store: this.store },
      ...{ engine: this.#engine, watches: this.watches },
      number: () => String(++numbers).padStart(6, "0"),
      tasksOf: (deps) => this.#tasksOf(deps).tasks,
    };
  }

  /** Calls back after every write that was done. */
  onWritten(then: (written: Written) => void): void {
    this.#onWritten.push(then);
  }

  /** One request to the API, in a function of its own. */
  request<Value>(who: string, run: (deps: Deps) => Promise<Value>): Promise<Outcome<Value>> {
    // A machine that is starting answers nobody, and does not sweep.
    return this.#starting === undefined ? this.#run(who, run) : this.#starting.then(() => this.request(who, run));
  }

  #run<Value>(who: string, run: (deps: Deps) => Promise<Value>): Promise<Outcome<Value>> {
    const process = this.#process(who, apiHandlers.Act.timeoutSeconds);
    return this.#outcome(process, () => run(this.#depsOf(process)));
  }

  /** As `request`, made again until it was answered: how people and schedules behave. */
  async insist<Value>(who: string, run: (deps: Deps) => Promise<Value>): Promise<Value> {
    for (;;) {
      const outcome = await this.request(who, run);
      if (outcome.kind === "answered") return outcome.value;
      await new Promise<void>((resolve) => this.scheduler.after(TRY_AGAIN_MS, resolve));
    }
  }

  /** The machine went down and is started again: nothing that ran is left, and the records are taken up. */
  restart(): void {
    if (this.#starting !== undefined) return;
    this.#starting = this.#start()
      .catch((error: unknown) => this.scheduler.fail(error))
      .finally(() => {
        this.#starting = undefined;
      });
  }

  /** A start that fails ends the process, with all that it had begun, and is made again. */
  async #start(): Promise<void> {
    for (;;) {
      this.trace.add(() => "RESTART");
      this.service.callersAreGone();
      for (const process of this.#alive) process.die("the machine went down");
      this.#engine.forget();
      // One machine has its database in the same process, whose index never lags.
      this.store.catchUp();
      const outcome = await this.#run("recover", async (deps) => {
        await settleAbandoned(deps);
        await takeUpAll(deps);
      });
      if (outcome.kind === "answered") return;
      await new Promise<void>((resolve) => this.scheduler.after(TRY_AGAIN_MS, resolve));
    }
  }

  /** Every running execution goes on in a fresh workflow run, whatever still runs of the old one. */
  takeUp(): void {
    this.#insistOn("recover", takeUpAll);
  }

  #insistOn(who: string, run: (deps: Deps) => Promise<unknown>): void {
    this.insist(who, run).catch((error: unknown) => this.scheduler.fail(error));
  }

  #written(written: Written): void {
    this.#note(written);
    this.watches.written(written);
    try {
      for (const then of this.#onWritten) then(written);
    } catch (error) {
      this.scheduler.fail(error);
    }
  }

  #note({ before, after }: Written): void {
    if (before !== undefined || after?.sk !== RECORD || !after.pk.startsWith(PARTITIONS.execution)) return;
    const execution_id = after.pk.slice(PARTITIONS.execution.length);
    if (!this.#executions.includes(execution_id)) this.#executions.push(execution_id);
  }

  #startTask(state: string, payload: Json): StartedTask {
    const process = this.#process(state, livesSeconds(state));
    const deps = this.#depsOf(process);
    const { tasks, wait } = this.#tasksOf(deps);
    const task = state === wait[0] ? wait[1] : tasks[state];
    if (task === undefined) throw new RangeError(`there is no function for ${state}`);
    return { process, outcome: this.#outcome(process, () => task(payload)) };
  }

  #tasksOf(deps: Deps): WorkflowTasks {
    const { toolbox } = deps;
    const { tasks, wait } = workflowTasks({ deps, mocking: toolbox, previewing: toolbox });
    return { tasks: this.#variant.tasks?.(tasks, deps) ?? tasks, wait };
  }

  #process(name: string, lives_seconds: number): Process {
    this.#processes += 1;
    const process = new Process(this, { name: `${name}#${this.#processes}`, lives_seconds });
    this.#alive.add(process);
    return process;
  }

  async #outcome<Value>(process: Process, run: () => Promise<Value>): Promise<Outcome<Value>> {
    return process.outcome(run);
  }

  #finalise(name: string, cause: string): void {
    const detail = { name, status: "FAILED", cause };
    const lives = backgroundHandlers.Finalise.timeoutSeconds;
    const again = (): void => {
      const process = this.#process("finalise", lives);
      this.#outcome(process, () => finalise(this.#depsOf(process))({ detail })).then((outcome) => {
        if (outcome.kind !== "answered") this.scheduler.after(TRY_AGAIN_MS, again);
      });
    };
    again();
  }

  #depsOf(process: Process): Deps {
    const deps = depsOf(this.#around, process);
    return this.#variant.deps?.(deps) ?? deps;
  }
}

/** As one machine does after a restart, all at once. */
const takeUpAll = async (deps: Deps): Promise<void> => {
  for (const execution of await recover(deps)) await startRun(deps)(execution);
};
