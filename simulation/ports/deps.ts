import type { memoryArtifactFiles } from "../../functions/adapters/memory/artifact-files.ts";
import { memorySecretNames } from "../../functions/adapters/memory/secrets.ts";
import { tellsNobody } from "../../functions/adapters/memory/tells-nobody.ts";
import { noMetrics } from "../../functions/adapters/metrics/none.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { noTracing } from "../../functions/adapters/tracing/none.ts";
import type { Deps, Policy } from "../../functions/deps.ts";
import { waker } from "../../functions/execution/wait/wake.ts";
import { carrierWithin } from "../../functions/run/carrier.ts";
import type { WorkflowTasks } from "../../functions/run/tasks.ts";
import { silentBell } from "../../functions/tools/bell.ts";
import { unheardChanges } from "../../functions/tools/changes-heard.ts";
import { withNamedCompensation } from "../../functions/tools/compensation.ts";
import { noServers } from "../../functions/tools/mcp/no-servers.ts";
import { type Workers, workers } from "../../functions/tools/worker/workers.ts";
import type { ArtifactFiles, Bodies } from "../../shared/ports/bodies.ts";
import type { Log } from "../../shared/ports/log.ts";
import { eachByItself } from "../../shared/ports/runtime.ts";
import type { Toolbox } from "../../shared/ports/tools.ts";
import type { Hazards } from "../hazards/hazards.ts";
import { LARGEST_SKEW_MS } from "../hazards/random-hazards.ts";
import type { Watches } from "../invariants/watches.ts";
import type { Engine } from "../machine/engine.ts";
import type { Random } from "../random.ts";
import type { Process } from "../scheduler/process.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { serviceAdapter } from "../service/adapter.ts";
import type { Service } from "../service/service.ts";
import { undoingTool } from "../service/undoing-tool.ts";
import { WORKED, worked } from "../service/worked.ts";
import type { Trace } from "../trace.ts";
import type { Store } from "./store.ts";

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

const KEPT_DOCUMENT = /\/(submission|schedules)\//;

/** Everything that the processes of a schedule act on together. */
export type Around = {
  readonly random: Random;
  readonly hazards: Hazards;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly service: Service;
  readonly store: Store;
  readonly engine: Engine;
  readonly watches: Watches;
  readonly bodies: Bodies;
  readonly artifacts: ReturnType<typeof memoryArtifactFiles>;
  readonly workers: boolean;
  /** Another one each time, for ids and secrets of all processes. */
  readonly number: () => string;
  readonly tasksOf: (deps: Deps) => WorkflowTasks["tasks"];
};

/** The ports as one process has them: each of its calls is a turn of its own, which it may not survive. */
export const depsOf = (around: Around, process: Process): Deps => {
  const { store, engine, trace, number } = around;
  const ports = tablePorts(store.seenBy(process));
  const workflow = engine.seenBy(process);
  const note = (message: string): void => trace.add(() => `${process.name} says: ${message}`);
  const log: Log = { with: () => log, info: note, warn: note, error: note };
  const clock = { now: () => process.now() };
  const timer: Deps["timer"] = { after: (milliseconds, then) => process.after(milliseconds, then) };
  const bell = silentBell(timer);
  const deps: Deps = {
    ...ports,
    ...tellsNobody(),
    clock,
    wallClock: clock,
    ids: { next: () => `id${number()}`, secret: () => `secret${number()}` },
    timer,
    together: eachByItself,
    changes: unheardChanges(timer),
    bell,
    carrier: carrierWithin({ ...ports, timer, log, workflow }, () => around.tasksOf(deps)),
    log,
    policy: POLICY,
    bodies: bodiesOf(around.bodies, process),
    artifactFiles: artifactsOf(around.artifacts, process),
    workflow,
    waker: waker({ ...ports, workflow }),
    bus: {
      publish: (events) =>
        process.call(`publish ${events.length} events`, true, () => around.watches.published(events)),
    },
    toolbox: toolboxOf(
      around,
      process,
      workers(ports.work, bell, () => clock.now().getTime()),
    ),
    ...noServers,
    secretNames: memorySecretNames({ read: {}, write: {} }),
    signer: null,
    metrics: noMetrics,
    tracing: noTracing,
  };
  return deps;
};

/**
 * Submissions and schedules are kept by the first process that reads them, so reading one is no await point: processes of
 * one schedule share their memory, and a process that died over a read would leave it to the others for ever.
 */
const bodiesOf = (bodies: Bodies, process: Process): Bodies => ({
  put: (prefix, value) => process.call(`put body ${prefix}`, true, () => bodies.put(prefix, value)),
  get: (ref) =>
    KEPT_DOCUMENT.test(ref.key)
      ? bodies.get(ref)
      : process.call(`get body ${ref.key.slice(0, -70)}`, false, () => bodies.get(ref)),
});

const artifactsOf = (files: ArtifactFiles, process: Process): ArtifactFiles => ({
  tags: (id) => process.call("tags of artifacts", false, () => files.tags(id)),
  write: (id, name, content, seen) => process.call(`write ${name}`, true, () => files.write(id, name, content, seen)),
  read: (id, name) => process.call(`read ${name}`, false, () => files.read(id, name)),
  list: (id) => process.call("list artifacts", false, () => files.list(id)),
});

const toolboxOf = (
  { service, scheduler, hazards, random, watches, workers: fetched }: Around,
  process: Process,
  means: Workers,
): Toolbox => {
  const adapter = serviceAdapter(
    {
      service,
      scheduler,
      hazards,
      random,
      settling_seconds: POLICY.settling_seconds,
      arrived: (arrival) => watches.arrived(arrival),
      effected: (arrival) => watches.effected(arrival),
    },
    process,
  );
  const undoing = undoingTool(service, adapter);
  return {
    adapterFor: (contract) => {
      const { compensation, tool_name } = contract;
      if (fetched && WORKED.includes(tool_name)) return worked(adapter, contract, means);
      return typeof compensation === "string" ? adapter : withNamedCompensation(adapter, compensation, () => undoing);
    },
  };
};
