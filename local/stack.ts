import { join } from "node:path";
import type { Deps } from "../functions/deps.ts";
import { sweep } from "../functions/execution/wait/sweep.ts";
import { forgetDocuments } from "../functions/records/documents.ts";
import { seedWorld } from "../functions/tools/world/seed-world.ts";
import type { World } from "../functions/tools/world/world.ts";
import { standardContracts } from "../shared/contracts/standard-contracts.ts";
import { atOnceAndEveryMinute } from "./at-once-and-every-minute.ts";
import { type Database, startDatabase } from "./database/database.ts";
import { onFiles } from "./files-refused.ts";
import { privateFolder, wasServed } from "./private-folder.ts";
import { recover, takeUp } from "./recover.ts";
import { settleAbandoned } from "./settle-abandoned.ts";
import { type StackOptions, type Wired, wire } from "./wiring.ts";

export type Stack = Pick<Wired, "deps" | "previewing" | "workflow" | "world"> & {
  /** Lets go of what was kept so as not to read it again: for when nothing happens. */
  forget(): void;
  stop(): Promise<void>;
};

/**
 * Everything a deployment has, on one machine: the database, the files, the engine with the deployed state machine
 * file, and the same use cases. An execution that was running when the machine last stopped goes on.
 * @throws FolderInUse when another process has the data folder, DataFolderUnusable, TakeOverNeeded, EarlierStarted, DatabaseNewer,
 * DatabaseUnusable, FilesRefused, KeyDamaged, SigningKeyGone
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { data_dir, outputs_dir } = options;
  await privateFolder(data_dir);
  return onFiles(data_dir, [outputs_dir], () => startIn(options));
};

const startIn = async (options: StackOptions): Promise<Stack> => {
  const expected = (await wasServed(options.data_dir)) ? "was there" : "may be new";
  const database = await startDatabase(join(options.data_dir, "database"), expected);
  try {
    return await startOn(database, options);
  } catch (error) {
    // Else the folder stays this process's, which serves nothing.
    await database.stop();
    throw error;
  }
};

const startOn = async (database: Database, options: StackOptions): Promise<Stack> => {
  const { deps, previewing, workflow, world, carrier, courier, stopTools } = await wire(database, options);
  const { tell = () => {} } = options;
  await prepare(deps, world, options.live_enabled);
  await settleAbandoned(deps);
  const recovered = await recover(deps, tell);
  await courier.start(deps);
  // A decision that was made and not told before the end of the last process need not wait for a minute.
  const stopSweeping = atOnceAndEveryMinute(
    deps.timer,
    (signal) => takeUp(workflow, recovered, tell, signal),
    async (signal) => {
      await sweep(deps, signal)();
    },
    deps.log,
  );
  return {
    deps,
    previewing,
    workflow,
    world,
    forget: () => {
      database.forget();
      forgetDocuments();
    },
    stop: async () => {
      await stopSweeping();
      await carrier.stop();
      await courier.stop();
      await workflow.stop();
      // A call whose program or browser is ended under it would say so as its tool's word: nothing of that is recorded,
      // as after a crash. The folder is nobody else's before its tools have come to rest.
      await database.end();
      await stopTools();
      await deps.tracing.stop();
      await database.stop();
    },
  };
};

/** The standard tools and the sandbox's people and pages, at the first start; what a team registered stays. */
const prepare = async (deps: Deps, world: World, live_enabled: boolean | undefined): Promise<void> => {
  for (const contract of standardContracts()) await deps.contracts.put(contract);
  await seedWorld(world);
  if (live_enabled !== undefined && live_enabled !== (await deps.settings.liveEnabled())) {
    await deps.settings.setLiveEnabled(live_enabled, "buddy start", deps.clock.now().toISOString());
  }
};
