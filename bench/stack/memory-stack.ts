import { memoryArtifactFiles } from "../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../functions/adapters/memory/bodies.ts";
import { memoryBus } from "../../functions/adapters/memory/bus.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import type { Deps, Log } from "../../functions/deps.ts";
import { realTimer } from "../../functions/tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { type LocalWorkflow, localWorkflow, type WorkflowTasks } from "../../local/engine/workflow.ts";
import { workflowTasks } from "../../local/tasks.ts";
import { type CountingTable, countingTable } from "./counting-table.ts";
import { registerBenchTools } from "./submit.ts";

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

export type MemoryStack = { readonly deps: Deps; readonly workflow: LocalWorkflow; readonly table: CountingTable };

/**
 * All use cases over one table in memory that counts its requests, run by the deployed state machine file: what an
 * engine and a database cost is not in its times. `wrap` sees the functions of the state machine.
 */
export const memoryStack = async (
  wrap: (tasks: WorkflowTasks["tasks"], table: CountingTable) => WorkflowTasks["tasks"] = (tasks) => tasks,
): Promise<MemoryStack> => {
  const table = countingTable(memoryTable());
  const ports = tablePorts(table);
  const definition = await readDefinition();
  const world = tableWorld(worldTable(table));
  const reader = tableWorldReader(worldTable(table));
  const toolboxOptions = { contracts: ports.contracts, timer: realTimer };
  const workflow: LocalWorkflow = localWorkflow({
    log: silentLog,
    definitionOf: async () => definition.text,
    tasksFor: () => ({ ...tasks, tasks: wrap(tasks.tasks, table) }),
  });
  let ids = 0;
  const deps: Deps = {
    ...ports,
    clock: { now: () => new Date() },
    ids: {
      next: () => {
        ids += 1;
        return `e${String(ids).padStart(8, "0")}`;
      },
    },
    timer: realTimer,
    log: silentLog,
    policy: {
      registry_open: true,
      wait_for_resources_seconds: 300,
      settling_seconds: 2,
      largest_clock_skew_seconds: 5,
      definition: definition.digest,
    },
    bodies: memoryBodies(),
    artifactFiles: memoryArtifactFiles(),
    workflow,
    bus: memoryBus(),
    toolbox: liveToolbox(world, toolboxOptions),
    signer: null,
  };
  const tasks = workflowTasks({
    deps,
    mocking: mockToolbox({ timer: realTimer }),
    previewing: dryRunToolbox(reader, toolboxOptions),
  });
  await registerBenchTools(deps);
  await deps.settings.setLiveEnabled(true, "bench", deps.clock.now().toISOString());
  table.reset();
  return { deps, workflow, table };
};
