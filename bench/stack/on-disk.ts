import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import type { Log } from "../../shared/ports/log.ts";
import { registerBenchTools } from "./submit.ts";

/** The stack of one machine, database on disk, in a folder that goes when it is done. */
export const withStack = async <Value>(use: (stack: Stack) => Promise<Value>, log: Log = silentLog): Promise<Value> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-bench-"));
  const stack = await startStack({
    data_dir: folder,
    outputs_dir: join(folder, "outputs"),
    log,
    registry_open: true,
    live_enabled: true,
  });
  try {
    await registerBenchTools(stack.deps);
    return await use(stack);
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
