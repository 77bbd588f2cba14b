import { silentLog } from "../../functions/adapters/log/silent.ts";
import { memoryArtifactFiles } from "../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../functions/adapters/memory/bodies.ts";
import { memoryBus } from "../../functions/adapters/memory/bus.ts";
import { memorySecretNames } from "../../functions/adapters/memory/secrets.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { tellsNobody } from "../../functions/adapters/memory/tells-nobody.ts";
import { noMetrics } from "../../functions/adapters/metrics/none.ts";
import { secretId } from "../../functions/adapters/secret-id.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { noTracing } from "../../functions/adapters/tracing/none.ts";
import type { Deps } from "../../functions/deps.ts";
import { waker } from "../../functions/execution/wait/wake.ts";
import { carrierWithin } from "../../functions/run/carrier.ts";
import { type WorkflowTasks, workflowTasks } from "../../functions/run/tasks.ts";
import { silentBell } from "../../functions/tools/bell.ts";
import { unheardChanges } from "../../functions/tools/changes-heard.ts";
import { noServers } from "../../functions/tools/mcp/no-servers.ts";
import { realTimer } from "../../functions/tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { type LocalWorkflow, localWorkflow } from "../../local/engine/workflow.ts";
import { eachByItself } from "../../shared/ports/runtime.ts";
import type { Toolbox } from "../../shared/ports/tools.ts";
import { countingObjects, type ObjectCounts } from "./counting-objects.ts";
import { type CountingTable, countingTable } from "./counting-table.ts";
import { registerBenchTools } from "./submit.ts";

export type MemoryStack = {
  readonly deps: Deps;
  readonly workflow: LocalWorkflow;
  readonly table: CountingTable;
  readonly objects: ObjectCounts;
  readonly bus: ReturnType<typeof memoryBus>;
};

export type MemoryStackOptions = {
  /** Sees the functions of the state machine. */
  readonly wrap?: (tasks: WorkflowTasks["tasks"], table: CountingTable) => WorkflowTasks["tasks"];
  /** Sees every state that is entered. */
  readonly onEntered?: (state: string) => void;
  /** Stands in for ports over the table. */
  readonly replaced?: Partial<Deps>;
  /** A clock that stands still makes records the same to the byte in every run. */
  readonly clock?: Deps["clock"];
};

/**
 * All use cases over one table in memory that counts its requests, run by the deployed state machine file: what an
 * engine and a database cost is not in its times.
 */
export const memoryStack = async (options: MemoryStackOptions = {}): Promise<MemoryStack> => {
  const { wrap = (tasks: WorkflowTasks["tasks"]) => tasks, clock = { now: () => new Date() } } = options;
  const table = countingTable(memoryTable());
  const ports = tablePorts(table);
  const definition = await readDefinition();
  const world = tableWorld(worldTable(table));
  const reader = tableWorldReader(worldTable(table));
  const toolboxOptions = { timer: realTimer };
  const workflow: LocalWorkflow = localWorkflow({
    log: silentLog,
    definitionOf: async () => definition.text,
    ...(options.onEntered === undefined ? {} : { onEntered: options.onEntered }),
    tasksFor: () => ({ ...tasks, tasks: wrap(tasks.tasks, table) }),
  });
  const objects: ObjectCounts = { put: 0, read: 0 };
  const bus = memoryBus();
  let ids = 0;
  const deps: Deps = {
    ...ports,
    ...tellsNobody(),
    tracing: noTracing,
    ...options.replaced,
    clock,
    wallClock: clock,
    ids: {
      next: () => {
        ids += 1;
        return `e${String(ids).padStart(8, "0")}`;
      },
      secret: secretId,
    },
    together: eachByItself,
    timer: realTimer,
    bell: silentBell(realTimer),
    changes: unheardChanges(realTimer),
    carrier: carrierWithin({ ...ports, timer: realTimer, log: silentLog, workflow }, () => tasks.tasks),
    log: silentLog,
    policy: {
      registry_open: true,
      duplicate_window_floor_hours: 1,
      wait_for_resources_seconds: 300,
      settling_seconds: 2,
      largest_clock_skew_seconds: 5,
      allowed_hosts: [],
      allowed_commands: [],
      definition: definition.digest,
    },
    ...countingObjects({ bodies: memoryBodies(), artifactFiles: memoryArtifactFiles() }, objects),
    workflow,
    waker: waker({ ...ports, workflow }),
    bus,
    metrics: noMetrics,
    toolbox: liveToolbox(world, toolboxOptions),
    ...noServers,
    secretNames: memorySecretNames({ read: {}, write: {} }),
    signer: null,
  };
  const tasks = workflowTasks({
    deps,
    mocking: asAnswered(mockToolbox({ timer: realTimer })),
    previewing: dryRunToolbox(reader, toolboxOptions),
  });
  await registerBenchTools(deps);
  await deps.settings.setLiveEnabled(true, "bench", deps.clock.now().toISOString());
  table.reset();
  return { deps, workflow, table, objects, bus };
};

/** Its tools as a service would answer them: what is made up adds up to nothing, and would be counted as cheaper. */
const asAnswered = (toolbox: Toolbox): Toolbox => ({
  adapterFor: (contract) => {
    const { made_up: _made_up, ...adapter } = toolbox.adapterFor(contract);
    return adapter;
  },
});
