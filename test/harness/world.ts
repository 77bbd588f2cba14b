import { memoryBus } from "../../functions/adapters/memory/bus.ts";
import { tellsNobody } from "../../functions/adapters/memory/tells-nobody.ts";
import { memoryMetrics } from "../../functions/adapters/metrics/memory.ts";
import { secretId } from "../../functions/adapters/secret-id.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { noTracing } from "../../functions/adapters/tracing/none.ts";
import type { Deps, Policy } from "../../functions/deps.ts";
import { waker } from "../../functions/execution/wait/wake.ts";
import { finalise } from "../../functions/finalise/finalise.ts";
import { carrierWithin } from "../../functions/run/carrier.ts";
import { type WorkflowTasks, workflowTasks } from "../../functions/run/tasks.ts";
import { sharedBell } from "../../functions/tools/bell.ts";
import type { BrowserWay } from "../../functions/tools/browser/way.ts";
import { noBuiltin } from "../../functions/tools/builtin/builtin-adapter.ts";
import { heardChanges, withChangesTold } from "../../functions/tools/changes-heard.ts";
import type { PlannedFailure } from "../../functions/tools/failure-plan.ts";
import { planFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import type { WayOut } from "../../functions/tools/http/way-out.ts";
import type { ActingFunctions } from "../../functions/tools/lambda/functions.ts";
import { noServers } from "../../functions/tools/mcp/no-servers.ts";
import type { McpWay } from "../../functions/tools/mcp/way.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { workers } from "../../functions/tools/worker/workers.ts";
import { seedWorld } from "../../functions/tools/world/seed-world.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { COLLECTIONS, type World } from "../../functions/tools/world/world.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { type LocalWorkflow, localWorkflow } from "../../local/engine/workflow.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { type Agent, agent } from "../../shared/plan/agent.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Functions } from "../../shared/ports/functions.ts";
import type { Log } from "../../shared/ports/log.ts";
import { type Clock, eachByItself } from "../../shared/ports/runtime.ts";
import type { Signer } from "../../shared/ports/signer.ts";
import type { Tracing } from "../../shared/ports/tracing.ts";
import { collectingLog, type LoggedLine } from "./collecting-log.ts";
import { type Activity, counted, counting, inMemory, type Stores } from "./stores.ts";
import { type VirtualTime, virtualTime } from "./virtual-time.ts";

export const STARTED_AT = "2026-03-02T09:00:00.000Z";

/** One call of a function of the state machine, as its engine sees it; `output` is absent when it threw. */
export type TaskCall = { readonly state: string; readonly input: unknown; readonly output?: unknown };

export type WorldOptions = {
  /** The spans of tool calls that are kept; none unless said. */
  readonly tracing?: Tracing;
  /** In place of empty ones in memory. */
  readonly stores?: Stores;
  /** The stores hold a world already: nothing is registered, seeded or switched on. */
  readonly resumed?: boolean;
  readonly started_at?: string;
  readonly signer?: Signer;
  /** The state machine file that an execution's next run goes by; the deployed one unless said. */
  readonly definitionOf?: (execution_id: string) => Promise<string>;
  /** Sees every call of every function of the state machine, the one that waits included. */
  readonly watch?: (call: TaskCall) => void;
  readonly policy?: Partial<Policy>;
  /** How tools reach services; they reach none unless it is given. */
  readonly out?: WayOut;
  /** How tools speak to MCP servers; they speak to none unless it is given. */
  readonly mcp?: Omit<McpWay, "definitions">;
  /** How tools invoke functions of the team; they invoke none unless it is given. */
  readonly functions?: Functions;
  /** How the adapters of Buddy's own reach their vendors; they reach none unless it is given. */
  readonly vendors?: WayOut;
  /** How tools act on pages; there is no browser unless it is given. */
  readonly browser?: BrowserWay;
  /** While it is `now`, nothing waits for answers from outside: those of a service that gives none. */
  readonly unheard?: Unheard;
  readonly live_enabled?: boolean;
  /** Contacts in the sandbox: c1, c2, ... */
  readonly contacts?: number;
  readonly agents?: readonly { agent_id: string; owner: string }[];
  /** Contracts beside the standard ones, or in their place. */
  readonly contracts?: readonly JsonObject[];
  /** The dependencies of the function behind a state, in place of all: to fence it as its role does. */
  readonly depsFor?: (state: string, deps: Deps, table: Table) => Deps;
  /** Where lines go; `logged` unless said. */
  readonly log?: Log;
  /** Wraps the functions of the state machine: to fail, to crash, to watch. */
  readonly wrap?: (tasks: WorkflowTasks["tasks"], deps: Deps) => WorkflowTasks["tasks"];
};

export type Unheard = { now: boolean };

export type TestWorld = {
  readonly deps: Deps;
  readonly table: Table;
  readonly bus: ReturnType<typeof memoryBus>;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  readonly workflow: LocalWorkflow;
  readonly sandbox: World;
  readonly time: VirtualTime;
  readonly logged: readonly LoggedLine[];
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
  const time = virtualTime(options.started_at ?? STARTED_AT);
  const { clock, timer } = time;
  const activity = { begun: 0, pending: 0 };
  const { table, bodies, artifactFiles } = counted(options.stores ?? inMemory(), activity);
  const changes = heardChanges(timer);
  const stored = tablePorts(table);
  const ports = { ...stored, ...withChangesTold(stored, changes) };
  const definition = await readDefinition();
  const sandbox = tableWorld(worldTable(table));
  const bus = memoryBus();
  const metrics = memoryMetrics();
  const logged: LoggedLine[] = [];
  const log = options.log ?? collectingLog(logged);
  const bell = sharedBell(timer);
  const heard = waitingFor(activity, options.unheard);
  const ways = {
    ...(options.out === undefined ? {} : { http: countedWayOut(options.out, heard) }),
    ...(options.vendors === undefined ? {} : { builtin: { ...noBuiltin, out: countedWayOut(options.vendors, heard) } }),
    ...(options.mcp === undefined
      ? {}
      : { mcp: { ...countedMcp(options.mcp, heard), definitions: ports.definitions } }),
    ...(options.functions === undefined ? {} : { lambda: countedFunctions(options.functions, heard, clock) }),
    ...(options.browser === undefined ? {} : { browser: countedBrowser(options.browser, heard) }),
    worker: workers(ports.work, bell, () => clock.now().getTime()),
  };
  const toolboxOptions = { timer, ways };
  const workflow: LocalWorkflow = localWorkflow({
    log,
    definitionOf: options.definitionOf ?? (async () => definition.text),
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
    ...tellsNobody(),
    carrier: carrierWithin({ ...ports, timer, log, workflow }, () => tasks.tasks),
    together: eachByItself,
    clock,
    wallClock: clock,
    timer,
    bell,
    changes,
    ids: {
      next: () => {
        ids += 1;
        return `exec${String(ids).padStart(4, "0")}`;
      },
      secret: secretId,
    },
    log,
    policy: {
      registry_open: true,
      duplicate_window_floor_hours: 1,
      wait_for_resources_seconds: 300,
      settling_seconds: 2,
      largest_clock_skew_seconds: 0,
      allowed_hosts: [],
      allowed_commands: [],
      definition: definition.digest,
      ...options.policy,
    },
    bodies,
    artifactFiles,
    workflow,
    waker: waker({ ...ports, workflow }),
    bus,
    metrics,
    tracing: options.tracing ?? noTracing,
    toolbox: liveToolbox(sandbox, toolboxOptions),
    ...noServers,
    secretNames: { has: async () => true },
    signer: options.signer ?? null,
  };
  const tasksWith = (own: Deps): WorkflowTasks =>
    workflowTasks({
      deps: own,
      mocking: mockToolbox({ timer }),
      previewing: options.depsFor === undefined ? previewing : own.toolbox,
    });
  const previewing = dryRunToolbox(tableWorldReader(worldTable(table)), toolboxOptions);
  const own = tasksEach(tasksWith(deps), (state) => tasksWith(options.depsFor?.(state, deps, table) ?? deps));
  const wrapped: WorkflowTasks = { ...own, tasks: options.wrap?.(own.tasks, deps) ?? own.tasks };
  const tasks = options.watch === undefined ? wrapped : watched(wrapped, options.watch);

  if (options.resumed !== true) await begin(deps, sandbox, options);

  const settle = async (): Promise<void> => {
    // Reads and writes go on by themselves; after that, everything that can go on has gone on within one turn of the
    // event loop; two more to be sure.
    for (let quiet = 0, seen = -1; quiet < 3; ) {
      quiet = seen === activity.begun && activity.pending === 0 ? quiet + 1 : 0;
      seen = activity.begun;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let failures = 0;
  return {
    deps,
    table,
    bus,
    metrics,
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

type Heard = ReturnType<typeof waitingFor>;

/** An answer from outside is waited for as that of a store is, unless nobody is to hear it. */
const waitingFor =
  (activity: Activity, unheard: Unheard = { now: false }) =>
  <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) => {
    const counted = counting(activity)(run);
    return (...args: Args): Promise<Result> => (unheard.now ? run(...args) : counted(...args));
  };

const countedWayOut = (out: WayOut, heard: Heard): WayOut => ({
  ...out,
  client: { send: heard(out.client.send) },
});

const countedBrowser = (way: BrowserWay, heard: Heard): BrowserWay => ({
  ...way,
  pages: {
    ...way.pages,
    look: heard(way.pages.look),
    lookToAct: heard(way.pages.lookToAct),
    act: heard(way.pages.act),
  },
});

const countedFunctions = ({ invoke }: Functions, heard: Heard, clock: Clock): ActingFunctions => {
  const functions = { invoke: heard(invoke) };
  return { reads: functions, acts: functions, now: () => clock.now().getTime() };
};

const countedMcp = (way: Omit<McpWay, "definitions">, heard: Heard): Omit<McpWay, "definitions"> => ({
  ...way,
  client: { ...way.client, tools: heard(way.client.tools), call: heard(way.client.call) },
  // A token for the server is fetched by it.
  out: countedWayOut(way.out, heard),
});

/** Each function of the state machine from a set of its own. */
const tasksEach = ({ tasks, wait }: WorkflowTasks, setFor: (state: string) => WorkflowTasks): WorkflowTasks => {
  const own = Object.entries(tasks).map(([state, task]) => [state, setFor(state).tasks[state] ?? task] as const);
  return { tasks: Object.fromEntries(own), wait: [wait[0], setFor(wait[0]).wait[1]] };
};

/** The standard tools, what the test wants beside them, and a sandbox with people in it. */
const begin = async (deps: Deps, sandbox: World, options: WorldOptions): Promise<void> => {
  for (const contract of standardContracts()) await deps.contracts.put(contract);
  for (const contract of options.contracts ?? []) await register(deps, contract);
  for (const each of options.agents ?? []) await deps.agents.put(permitted(each));
  await seedWorld(sandbox, { contacts: options.contacts ?? 50 });
  await deps.settings.setLiveEnabled(options.live_enabled ?? true, "ops", STARTED_AT);
};

const watched = ({ tasks, wait }: WorkflowTasks, watch: (call: TaskCall) => void): WorkflowTasks => {
  const watching =
    (state: string, task: (input: unknown) => Promise<unknown>) =>
    async (input: unknown): Promise<unknown> => {
      const asked = structuredClone(input);
      try {
        const output = await task(input);
        watch({ state, input: asked, output: structuredClone(output) });
        return output;
      } catch (error) {
        watch({ state, input: asked });
        throw error;
      }
    };
  const all = Object.entries(tasks).map(([state, task]) => [state, watching(state, task)] as const);
  return { tasks: Object.fromEntries(all), wait: [wait[0], watching(...wait)] };
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
