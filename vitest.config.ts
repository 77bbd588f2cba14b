import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * Files that wait: for servers and programs they start, for time, for a disk. Four at a time, so that the processors
 * have work meanwhile; everything else runs two at a time after them. Files share the processes, each of which loads a
 * module once: of a run in which each file had a process, a third of the processor time was spent on importing.
 */
const waiting = [
  "test/functions/adapters/**/*.test.ts",
  "test/functions/metrics.test.ts",
  "test/local/**/*.test.ts",
  "test/processes/**/*.test.ts",
  "test/cli/{against-the-server,an-airline,documents-act,interrupted,launcher,webhooks}.test.ts",
  "test/docs/{calls,contacts-example,http-services,mail-example,mcp-servers,standard-tools,tools,workers}.test.ts",
  "test/examples/worker.test.ts",
  "test/bundling/console.test.ts",
  "test/functions/api/mcp/loaded-apart.test.ts",
  "clients/typescript/test/killed-agent.test.ts",
];

/** Each process loads the same packages: what one of them compiled the others read. Without the folder they compile. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "compiled-for-tests");

const together = ["test/**/*.test.ts", "clients/typescript/test/**/*.test.ts"];

const every = {
  setupFiles: ["test/setup.ts"],
  globalSetup: ["test/temporary-folder.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A second is what it would be: less than a busy machine takes now and then.
  expect: { poll: { timeout: 30_000 } },
  pool: "forks" as const,
  isolate: false,
  // Node itself loads the sources, as it does wherever they run: nothing is transformed before, and no mock replaces a
  // module. A sixth of the processor time went into transforming them, and into imports that were looked up at each use.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  // The client as its sources are; a program that installed it gets it compiled.
  execArgv: ["--conditions=buddy-source"],
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...every, name: "waiting", include: waiting, maxWorkers: 4, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...every,
          ...{ name: "together", include: together, exclude: waiting },
          ...{ maxWorkers: 2, sequence: { groupOrder: 1 } },
        },
      },
    ],
  },
});
