import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Each process loads the same packages: what one of them compiled the others read. Without the folder they compile. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "compiled-for-tests");

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "clients/typescript/test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    globalSetup: ["test/temporary-folder.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A second is what it would be: less than a busy machine takes now and then.
    expect: { poll: { timeout: 30_000 } },
    pool: "forks",
    // More than two processors need, so that they have work while some files wait: for programs they started, for time,
    // for a disk. Files share the processes, each of which loads a module once: of a run in which each file had a process, a
    // third of the processor time was spent on importing.
    maxWorkers: 4,
    isolate: false,
    // Node itself loads the sources, as it does wherever they run: nothing is transformed before, and no mock replaces a
    // module. A sixth of the processor time went into transforming them, and into imports that were looked up at each use.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // The client as its sources are; a program that installed it gets it compiled.
    execArgv: ["--conditions=buddy-source"],
  },
});
