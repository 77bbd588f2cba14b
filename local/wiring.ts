import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileArtifacts } from "../functions/adapters/files/artifact-files.ts";
import { writeAtomically } from "../functions/adapters/files/write-atomically.ts";
import { guardedNotices } from "../functions/adapters/http/guarded-notices.ts";
import { loggingMetrics } from "../functions/adapters/metrics/logging.ts";
import { tablePorts } from "../functions/adapters/table/index.ts";
import type { Table } from "../functions/adapters/table/table.ts";
import { worldTable } from "../functions/adapters/table/world.ts";
import { noTracing } from "../functions/adapters/tracing/none.ts";
import type { Deps, Policy } from "../functions/deps.ts";
import { waker } from "../functions/execution/wait/wake.ts";
import { finalise } from "../functions/finalise/finalise.ts";
import { carrierBehind } from "../functions/run/carrier.ts";
import { workflowTasks } from "../functions/run/tasks.ts";
import { sharedBell } from "../functions/tools/bell.ts";
import { heardChanges, withChangesTold } from "../functions/tools/changes-heard.ts";
import { realTimer, type Timer } from "../functions/tools/timer.ts";
import { tableWorld } from "../functions/tools/world/table-world.ts";
import type { World } from "../functions/tools/world/world.ts";
import { takeEvent } from "../functions/webhooks/take-event.ts";
import type { Log } from "../shared/ports/log.ts";
import type { Clock } from "../shared/ports/runtime.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import { answersFirst, eachTask } from "./answers-first.ts";
import { localBus } from "./bus.ts";
import { localCourier } from "./courier.ts";
import type { Database } from "./database/database.ts";
import { withEarlierBodies } from "./earlier-bodies.ts";
import { type Definition, readDefinition } from "./engine/definition.ts";
import { type LocalWorkflow, localWorkflow } from "./engine/workflow.ts";
import { growingIds } from "./growing-ids.ts";
import { hasExecutions } from "./has-executions.ts";
import { NOTHING_REACHED, onThisMachine, type Reach } from "./reach.ts";
import { fileSecretNames } from "./secrets-file.ts";
import { localSigner } from "./signing-key.ts";
import { steadyClock } from "./steady-clock.ts";
import { mustHoldToken } from "./tokens.ts";
import { localTools } from "./tools.ts";
import { fileWebhookSecrets } from "./webhook-secrets.ts";

export type StackOptions = {
  readonly data_dir: string;
  /** Where artifacts are written; `outputs` beside the data unless said. */
  readonly outputs_dir: string;
  readonly log: Log;
  readonly registry_open: boolean;
  /** Undefined leaves the switch as it was left; off at the first start. */
  readonly live_enabled?: boolean | undefined;
  readonly policy?: Partial<Policy>;
  readonly reach?: Reach;
  /** The spans of tool calls that are kept, if any; ended with the stack. */
  readonly tracing?: Tracing;
  readonly clock?: Clock;
  readonly timer?: Timer;
  /** Of executions that begin now; the deployed file unless said. Those that run keep the one they began with. */
  readonly definition?: Definition;
  /** Stands between the ports and the table; who counts what is asked for gives one. */
  readonly observe?: (table: Table) => Table;
  /** Where people find the console, as soon as that is known. */
  readonly consoleUrl?: () => string | null;
  /** Told in words what a start has to do, where that may take long. */
  readonly tell?: (line: string) => void;
};

/** The parts of a stack, put together; none of them has begun to work. */
export type Wired = {
  readonly deps: Deps;
  /** Tools as they are for who may read and not act: all that the API is given of them. */
  readonly previewing: Toolbox;
  readonly workflow: LocalWorkflow;
  /** The sandbox that LIVE acts on. */
  readonly world: World;
  readonly carrier: ReturnType<typeof carrierBehind>;
  readonly courier: ReturnType<typeof localCourier>;
  /** Lets go of the programs and browsers that tools started. */
  readonly stopTools: () => Promise<void>;
};

/** Every port of the use cases, over one database and one folder. @throws FilesRefused, KeyDamaged, SigningKeyGone */
export const wire = async (database: Database, options: StackOptions): Promise<Wired> => {
  const { data_dir, log } = options;
  await mustHoldToken(data_dir, data_dir);
  const { observe = (given: Table) => given } = options;
  const table = observe(database.table);
  const { pace } = database;
  const timer = options.timer ?? realTimer;
  const changes = heardChanges(timer);
  const stored = tablePorts(table);
  const ports = { ...stored, ...withChangesTold(stored, changes) };
  const signer = await localSigner(join(data_dir, "keys"), () => hasExecutions(stored));
  const definition = options.definition ?? (await readDefinition());
  await writeAtomically(definitionFile(data_dir, definition.digest), definition.text);

  const world = tableWorld(worldTable(table));
  const workflow: LocalWorkflow = localWorkflow({
    log,
    definitionOf: async (execution_id) => {
      const execution = await ports.executions.get(execution_id);
      return readFile(definitionFile(data_dir, execution?.definition ?? definition.digest), "utf8");
    },
    onFailure: async (name, error) => {
      await finalise(deps)({ detail: { name, status: "FAILED", cause: String(error) } });
    },
    tasksFor: () => {
      const { tasks, wait } = workflowTasks({ deps, mocking, previewing });
      const [waits, waiting] = wait;
      return { tasks: eachTask(tasks, () => pace.apart), wait: [waits, (input) => pace.apart(() => waiting(input))] };
    },
  });
  const { reach = NOTHING_REACHED } = options;
  const wallClock = options.clock ?? { now: () => new Date() };
  const clock = options.clock ?? steadyClock((by) => log.warn("the machine's clock went back", { milliseconds: by }));
  const now = (): number => clock.now().getTime();
  const bell = sharedBell(timer);
  const { mocking, previewing, ...tools } = localTools({ table, ports, world, data_dir, reach, timer, bell, now });
  const { tracing = noTracing } = options;
  const carrier = carrierBehind({ ...ports, timer, log, workflow }, () =>
    answersFirst(workflowTasks({ deps, mocking, previewing }).tasks, pace),
  );
  const courier = localCourier(timer);
  const deps: Deps = {
    ...ports,
    carrier,
    together: (work) => carrier.answering(() => pace.together(work)),
    clock,
    wallClock,
    ids: await growingIds(stored.executions),
    timer,
    bell,
    changes,
    log,
    policy: { ...policyOf(options, reach), definition: definition.digest, ...options.policy },
    bodies: withEarlierBodies(database.bodies, join(data_dir, "bodies")),
    artifactFiles: fileArtifacts(options.outputs_dir),
    workflow,
    waker: waker({ ...ports, workflow }),
    bus: localBus(log, (event) => pace.apart(() => takeEvent(deps)(event))),
    courier,
    consoleUrl: options.consoleUrl ?? (() => null),
    webhookSecrets: fileWebhookSecrets(data_dir),
    notices: guardedNotices(onThisMachine(reach)),
    metrics: loggingMetrics(log),
    tracing,
    toolbox: tools.acting,
    secretNames: fileSecretNames(data_dir),
    toolLists: tools.toolLists,
    passedOn: tools.passedOn,
    signer,
  };

  return { deps, previewing, workflow, world, carrier, courier, stopTools: () => tools.stop() };
};

/** Policy of one machine, where its owner says nothing else. */
const policyOf = ({ registry_open }: StackOptions, reach: Reach): Omit<Policy, "definition"> => ({
  registry_open,
  duplicate_window_floor_hours: 1,
  wait_for_resources_seconds: 300,
  settling_seconds: 2,
  largest_clock_skew_seconds: 0,
  allowed_hosts: reach.allowed_hosts,
  functions_of: null,
  allowed_commands: reach.allowed_commands,
  door: { hosts: ["127.0.0.1", "localhost"] },
});

const definitionFile = (data_dir: string, digest: string): string => join(data_dir, "definitions", `${digest}.json`);
