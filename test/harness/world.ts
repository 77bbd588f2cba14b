import { memoryArtifactFiles } from "../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../functions/adapters/memory/bodies.ts";
import { memoryBus } from "../../functions/adapters/memory/bus.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import type { Deps, Log, Policy } from "../../functions/deps.ts";
import { finalise } from "../../functions/execution/finalise.ts";
import type { PlannedFailure } from "../../functions/tools/failure-plan.ts";
import { planFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { seedWorld } from "../../functions/tools/world/seed-world.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { COLLECTIONS, type World } from "../../functions/tools/world/world.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { type LocalWorkflow, localWorkflow, type WorkflowTasks } from "../../local/engine/workflow.ts";
import { workflowTasks } from "../../local/tasks.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { type Agent, agent } from "../../shared/plan/agent.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type VirtualTime, virtualTime } from "./virtual-time.ts";

export const STARTED_AT = "2026-03-02T09:00:00.000Z";

export type WorldOptions = {
  readonly policy?: Partial<Policy>;
  readonly live_enabled?: boolean;
  /** Contacts in the sandbox: c1, c2, ... */
  readonly contacts?: number;
  readonly agents?: readonly { agent_id: string; owner: string }[];
  /** Contracts beside the standard ones, or in their place. */
  readonly contracts?: readonly JsonObject[];
  /** What the function behind a state works with, in place of everything: to fence it as its role does. */
  readonly depsFor?: (state: string, deps: Deps, table: Table) => Deps;
  /** Wraps the functions of the state machine: to fail, to crash, to watch. */
  readonly wrap?: (tasks: WorkflowTasks["tasks"], deps: Deps) => WorkflowTasks["tasks"];
};

export type TestWorld = {
  readonly deps: Deps;
  readonly table: Table;
  readonly bus: ReturnType<typeof memoryBus>;
  readonly workflow: LocalWorkflow;
  readonly sandbox: World;
  readonly time: VirtualTime;
  readonly logged: { readonly level: string; readonly message: string }[];
  readonly tasks: WorkflowTasks;
  /** After everything that can go on without time passing or a person acting has gone on. */
  settle(): Promise<void>;
  /** Lets time pass, with everything that falls due in it. */
  pass(seconds: number): Promise<void>;
  /** Lets time pass from timer to timer as long as each is at most `horizon` seconds away: waits for people stay. */
  rest(horizon?: number): Promise<void>;
  fail(failure: Partial<PlannedFailure> & Pick<PlannedFailure, "tool_name" | "rung" | "kind">): Promise<void>;
  contact(id: string): Promise<JsonObject | undefined>;
  /** Somebody outside changes a contact. */
  changeContact(id: string, fields: JsonObject): Promise<void>;
  records(collection: keyof typeof COLLECTIONS): Promise<JsonObject[]>;
};

/** Every use case over one table in memory, the deployed state machine file, and a clock that a test moves. */
export const startWorld = async (options: WorldOptions = {}): Promise<TestWorld> => {
  const time = virtualTime(STARTED_AT);
  const { clock, timer } = time;
  let operations = 0;
  const table = counted(memoryTable(), () => {
    operations += 1;
  });
  const ports = tablePorts(table);
  const definition = await readDefinition();
  const sandbox = tableWorld(worldTable(table));
  const bus = memoryBus();
  const logged: { level: string; message: string }[] = [];
  const toolboxOptions = { contracts: ports.contracts, timer };
  const workflow: LocalWorkflow = localWorkflow({
    log: collecting(logged),
    definitionOf: async () => definition.text,
    onFailure: async (name, error) => {
      await finalise(deps)({ detail: { name, status: "FAILED", cause: String(error) } });
    },
    tasksFor: () => tasks,
    timer,
    retry_pause_ms: 0,
  });
  let ids = 0;
  const deps: Deps = {
    ...ports,
    clock,
    timer,
    ids: {
      next: () => {
        ids += 1;
        return `exec${String(ids).padStart(4, "0")}`;
      },
    },
    log: collecting(logged),
    policy: {
      registry_open: true,
      wait_for_resources_seconds: 300,
      settling_seconds: 2,
      largest_clock_skew_seconds: 0,
      definition: definition.digest,
      ...options.policy,
    },
    bodies: memoryBodies(),
    artifactFiles: memoryArtifactFiles(),
    workflow,
    bus,
    toolbox: liveToolbox(sandbox, toolboxOptions),
    signer: null,
  };
  const tasksWith = (own: Deps): WorkflowTasks =>
    workflowTasks({
      deps: own,
      mocking: mockToolbox({ timer }),
      previewing: options.depsFor === undefined ? previewing : own.toolbox,
    });
  const previewing = dryRunToolbox(tableWorldReader(worldTable(table)), toolboxOptions);
  const own = tasksEach(tasksWith(deps), (state) => tasksWith(options.depsFor?.(state, deps, table) ?? deps));
  const tasks: WorkflowTasks = { ...own, tasks: options.wrap?.(own.tasks, deps) ?? own.tasks };

  for (const contract of standardContracts()) await deps.contracts.put(contract);
  for (const contract of options.contracts ?? []) await register(deps, contract);
  for (const each of options.agents ?? []) await deps.agents.put(permitted(each));
  await seedWorld(sandbox, { contacts: options.contacts ?? 50 });
  await deps.settings.setLiveEnabled(options.live_enabled ?? true, "ops", STARTED_AT);

  const settle = async (): Promise<void> => {
    // In memory everything that can go on has gone on within one turn of the event loop; two more to be sure.
    for (let quiet = 0, seen = -1; quiet < 3; quiet = seen === operations ? quiet + 1 : 0) {
      seen = operations;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let failures = 0;
  return {
    deps,
    table,
    bus,
    workflow,
    sandbox,
    time,
    logged,
    tasks,
    settle,
    pass: (seconds) => time.pass(seconds, settle),
    rest: async (horizon = 60) => {
      await settle();
      for (let next = time.untilNext(); next !== undefined && next <= horizon; next = time.untilNext()) {
        await time.pass(next, settle);
      }
    },
    fail: async (failure) => {
      failures += 1;
      await planFailure(
        sandbox,
        plannedFailure.parse({ failure_id: `failure${failures}`, times: null, arguments: null, ...failure }),
      );
    },
    contact: async (id) => (await sandbox.read(COLLECTIONS.ghlContacts, id))?.value,
    changeContact: async (id, fields) => {
      const found = await sandbox.read(COLLECTIONS.ghlContacts, id);
      if (found === undefined) throw new Error(`the sandbox has no contact ${id}`);
      const author = { by: "somebody outside", mark: null };
      await sandbox.write(COLLECTIONS.ghlContacts, id, { ...found.value, ...fields }, found.version, author);
    },
    records: async (collection) => (await sandbox.list(COLLECTIONS[collection])).map(({ value }) => value),
  };
};

/** Each function of the state machine from a set of its own. */
const tasksEach = ({ tasks, wait }: WorkflowTasks, setFor: (state: string) => WorkflowTasks): WorkflowTasks => {
  const own = Object.entries(tasks).map(([state, task]) => [state, setFor(state).tasks[state] ?? task] as const);
  return { tasks: Object.fromEntries(own), wait: [wait[0], setFor(wait[0]).wait[1]] };
};

const counted = (table: Table, count: () => void): Table => {
  const counting =
    <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      count();
      return run(...args);
    };
  return {
    get: counting(table.get),
    getMany: counting(table.getMany),
    put: counting(table.put),
    update: counting(table.update),
    delete: counting(table.delete),
    query: counting(table.query),
    queryIndex: counting(table.queryIndex),
  };
};

const collecting = (logged: { level: string; message: string }[]): Log => {
  const at = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    logged.push({ level, message: fields === undefined ? message : `${message} ${JSON.stringify(fields)}` });
  };
  return { info: at("info"), warn: at("warn"), error: at("error") };
};

const register = async (deps: Deps, source: JsonObject): Promise<void> => {
  const known = await deps.contracts.get(String(source.tool_name));
  const defined = defineContract(source, (known?.version ?? 0) + 1);
  if (!defined.ok) throw new Error(`not a contract: ${JSON.stringify(defined.refusal)}`);
  await deps.contracts.put(defined.value);
};

const permitted = ({ agent_id, owner }: { agent_id: string; owner: string }): Agent =>
  agent.parse({
    agent_id,
    owner,
    granted_permissions: ["ghl_access", "ghl_write", "mployer_access", "mployer_write", "email_send", "web_write"],
  });
