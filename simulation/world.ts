import { memoryArtifactFiles } from "../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../functions/adapters/memory/bodies.ts";
import { memorySecretNames } from "../functions/adapters/memory/secrets.ts";
import { tellsNobody } from "../functions/adapters/memory/tells-nobody.ts";
import { noMetrics } from "../functions/adapters/metrics/none.ts";
import { tablePorts } from "../functions/adapters/table/index.ts";
import { executionKey, PARTITIONS } from "../functions/adapters/table/keys.ts";
import { noTracing } from "../functions/adapters/tracing/none.ts";
import type { Deps, Policy } from "../functions/deps.ts";
import { waker } from "../functions/execution/wait/wake.ts";
import { finalise } from "../functions/finalise/finalise.ts";
import { startRun } from "../functions/records/run-life-cycle.ts";
import { carrierWithin } from "../functions/run/carrier.ts";
import type { WorkflowTasks } from "../functions/run/tasks.ts";
import { workflowTasks } from "../functions/run/tasks.ts";
import { silentBell } from "../functions/tools/bell.ts";
import { unheardChanges } from "../functions/tools/changes-heard.ts";
import { withNamedCompensation } from "../functions/tools/compensation.ts";
import { noServers } from "../functions/tools/mcp/no-servers.ts";
import { apiHandlers, backgroundHandlers } from "../infra/handlers.ts";
import { recover } from "../local/recover.ts";
import { settleAbandoned } from "../local/settle-abandoned.ts";
import type { Lock } from "../shared/execution/lock.ts";
import type { Json } from "../shared/plan/json.ts";
import type { ArtifactFiles, Bodies } from "../shared/ports/bodies.ts";
import type { InFlight } from "../shared/ports/coordination.ts";
import type { Log } from "../shared/ports/log.ts";
import { eachByItself } from "../shared/ports/runtime.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { BusEvent } from "../shared/ports/workflow.ts";
import type { Hazards } from "./hazards/hazards.ts";
import { LARGEST_SKEW_MS } from "./hazards/random-hazards.ts";
import type { Facts, Invariant, Told, Watch } from "./invariants/invariant.ts";
import { Engine, type StartedTask } from "./machine/engine.ts";
import { livesSeconds, MACHINE } from "./machine/functions.ts";
import { Store, type TableVariant, type Written } from "./ports/store.ts";
import type { Random } from "./random.ts";
import { type Outcome, Process } from "./scheduler/process.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { serviceAdapter } from "./service/adapter.ts";
import { type Arrival, Service } from "./service/service.ts";
import { undoingTool } from "./service/undoing-tool.ts";
import { START_MS, Trace } from "./trace.ts";

/**
 * The part that a deliberately broken variant replaces: the table below the adapters, or functions of the state
 * machine.
 */
export type Variant = {
  readonly table?: TableVariant;
  readonly tasks?: (tasks: WorkflowTasks["tasks"], deps: Deps) => WorkflowTasks["tasks"];
  readonly deps?: (deps: Deps) => Deps;
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
};

export const POLICY: Policy = {
  registry_open: true,
  duplicate_window_floor_hours: 1,
  wait_for_resources_seconds: 300,
  settling_seconds: 5,
  // Two clocks that are five minutes wrong, each in its own direction.
  largest_clock_skew_seconds: (2 * LARGEST_SKEW_MS) / 1000,
  allowed_hosts: [],
  allowed_commands: [],
  definition: "simulated",
};

const RECORD = executionKey("").sk;

const KEPT_DOCUMENT = /\/(submission|schedules)\//;

/** More turns than anybody needs: whoever takes so many is going round in circles. */
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
  readonly #bodies = memoryBodies();
  readonly #artifacts = memoryArtifactFiles();
  readonly #variant: Variant;
  readonly #watches: readonly Watch[];
  readonly #onWritten: ((written: Written) => void)[] = [];
  readonly #alive = new Set<Process>();
  readonly #engine: Engine;
  /** Set while the machine starts again. */
  #starting: Promise<void> | undefined;
  #processes = 0;
  #ids = 0;

  constructor(options: WorldOptions) {
    const { random, hazards, variant } = options;
    this.random = random;
    this.hazards = hazards;
    this.#executions = [...options.executions];
    this.executions = this.#executions;
    const most_turns = TURNS_OF_A_SCHEDULE + (options.executions.length + options.calls) * TURNS_OF_AN_EXECUTION;
    this.scheduler = new Scheduler({ random, now: START_MS, most_turns });
    this.trace = new Trace(options.traced, () => this.scheduler.now);
    this.#variant = variant;
    const now = (): number => this.scheduler.now;
    const lag = (): number => hazards.indexLag();
    this.store = new Store({ now, lag, watch: (written) => this.#written(written), variant: variant.table });
    this.facts = {
      table: this.store.table,
      ports: tablePorts(this.store.table),
      bodies: this.#bodies,
      artifacts: this.#artifacts,
      service: this.service,
      executions: this.#executions,
      now,
    };
    this.#watches = options.invariants.map((invariant) => invariant.watch(this.facts));
    this.#engine = new Engine({
      machine: MACHINE,
      scheduler: this.scheduler,
      random,
      hazards,
      trace: this.trace,
      start: (state, payload) => this.#startTask(state, payload),
      onLost: (name, cause) => this.#finalise(name, cause),
    });
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

  lockAnswered(lock: Lock, listed: readonly InFlight[]): void {
    this.#guard(() => {
      for (const watch of this.#watches) watch.locked?.(lock, listed);
    });
  }

  abortAnswered(execution_id: string): void {
    this.#guard(() => {
      for (const watch of this.#watches) watch.aborted?.(execution_id);
    });
  }

  switchedOff(): void {
    this.#guard(() => {
      for (const watch of this.#watches) watch.switchedOff?.();
    });
  }

  /** An agent heard how its call stands. */
  agentTold(told: Told): void {
    this.#guard(() => {
      for (const watch of this.#watches) watch.told?.(told);
    });
  }

  #published(events: readonly BusEvent[]): void {
    this.#guard(() => {
      for (const watch of this.#watches) watch.published?.(events);
    });
  }

  async atRest(): Promise<void> {
    for (const watch of this.#watches) await watch.atRest?.();
  }

  #written(written: Written): void {
    this.#note(written);
    this.#guard(() => {
      for (const watch of this.#watches) watch.written?.(written);
      for (const then of this.#onWritten) then(written);
    });
  }

  #note({ before, after }: Written): void {
    if (before !== undefined || after?.sk !== RECORD || !after.pk.startsWith(PARTITIONS.execution)) return;
    const execution_id = after.pk.slice(PARTITIONS.execution.length);
    if (!this.#executions.includes(execution_id)) this.#executions.push(execution_id);
  }

  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.scheduler.fail(error);
    }
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
    const ports = tablePorts(this.store.seenBy(process));
    const toolbox = this.#toolboxOf(process);
    const workflow = this.#engine.seenBy(process);
    const note = (message: string): void => this.trace.add(() => `${process.name} says: ${message}`);
    const log: Log = { with: () => log, info: note, warn: note, error: note };
    const clock = { now: () => process.now() };
    const deps: Deps = {
      ...ports,
      ...tellsNobody(),
      clock,
      wallClock: clock,
      ids: {
        next: () => `id${String(++this.#ids).padStart(6, "0")}`,
        secret: () => `secret${String(++this.#ids).padStart(6, "0")}`,
      },
      timer: { after: (milliseconds, then) => process.after(milliseconds, then) },
      together: eachByItself,
      changes: unheardChanges({ after: (milliseconds, then) => process.after(milliseconds, then) }),
      bell: silentBell({ after: (milliseconds, then) => process.after(milliseconds, then) }),
      carrier: carrierWithin(
        { ...ports, timer: { after: (milliseconds, then) => process.after(milliseconds, then) }, log, workflow },
        () => this.#tasksOf(deps).tasks,
      ),
      log,
      policy: POLICY,
      bodies: this.#bodiesOf(process),
      artifactFiles: this.#artifactsOf(process),
      workflow,
      waker: waker({ ...ports, workflow }),
      bus: {
        publish: (events) => process.call(`publish ${events.length} events`, true, () => this.#published(events)),
      },
      toolbox,
      ...noServers,
      secretNames: memorySecretNames({ read: {}, write: {} }),
      signer: null,
      metrics: noMetrics,
      tracing: noTracing,
    };
    return this.#variant.deps?.(deps) ?? deps;
  }

  /**
   * Submissions and schedules are kept by whoever read them once, so reading one is no await point: processes of one
   * schedule share their memory, and a process that died over a read would leave it to the others for ever.
   */
  #bodiesOf(process: Process): Bodies {
    return {
      put: (prefix, value) => process.call(`put body ${prefix}`, true, () => this.#bodies.put(prefix, value)),
      get: (ref) =>
        KEPT_DOCUMENT.test(ref.key)
          ? this.#bodies.get(ref)
          : process.call(`get body ${ref.key.slice(0, -70)}`, false, () => this.#bodies.get(ref)),
    };
  }

  #artifactsOf(process: Process): ArtifactFiles {
    const files = this.#artifacts;
    return {
      tags: (id) => process.call("tags of artifacts", false, () => files.tags(id)),
      write: (id, name, content, seen) =>
        process.call(`write ${name}`, true, () => files.write(id, name, content, seen)),
      read: (id, name) => process.call(`read ${name}`, false, () => files.read(id, name)),
      list: (id) => process.call("list artifacts", false, () => files.list(id)),
    };
  }

  async #told(what: "arrived" | "effected", arrival: Arrival): Promise<void> {
    try {
      for (const watch of this.#watches) await watch[what]?.(arrival);
    } catch (error) {
      this.scheduler.fail(error);
    }
  }

  #toolboxOf(process: Process): Toolbox {
    const { service, scheduler, hazards, random } = this;
    const around = {
      service,
      scheduler,
      hazards,
      random,
      settling_seconds: POLICY.settling_seconds,
      arrived: (arrival: Arrival) => this.#told("arrived", arrival),
      effected: (arrival: Arrival) => this.#told("effected", arrival),
    };
    const adapter = serviceAdapter(around, process);
    const undoing = undoingTool(service, adapter);
    return {
      adapterFor: ({ compensation }) =>
        typeof compensation === "string" ? adapter : withNamedCompensation(adapter, compensation, () => undoing),
    };
  }
}

/** As one machine does after a restart, all at once. */
const takeUpAll = async (deps: Deps): Promise<void> => {
  for (const execution of await recover(deps)) await startRun(deps)(execution);
};
