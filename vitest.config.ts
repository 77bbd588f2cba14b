import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * Files that change what a whole process shares (an AWS client's send, a global, the clock), rest on a process of their
 * own, or wait for programs they started: files beside them use that time. Everything else runs with its neighbours in
 * two processes, which load each module once: a third of the processor time of a run in which each file had a process
 * was spent on importing.
 */
const apart = [
  "test/functions/adapters/**/*.test.ts",
  "test/functions/metrics.test.ts",
  "test/local/**/*.test.ts",
  "test/processes/**/*.test.ts",
  "test/cli/{against-the-server,launcher,webhooks}.test.ts",
  "test/docs/{calls,mcp-servers,standard-tools,tools,workers}.test.ts",
  "test/examples/worker.test.ts",
  "test/functions/api/mcp/loaded-apart.test.ts",
];

/** Each process loads the same packages: what one of them compiled the others read. Without the folder they compile. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "compiled-for-tests");

const together = ["test/**/*.test.ts", "clients/typescript/test/**/*.test.ts"];

const every = {
  setupFiles: ["test/setup.ts"],
  globalSetup: ["test/temporary-folder.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: "forks" as const,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...every, name: "apart", include: apart, isolate: true, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      {
        // The client as its sources are; a program that installed it gets it compiled.
        ssr: { resolve: { conditions: ["buddy-source", "node", "development|production"] } },
        test: {
          ...every,
          ...{ name: "together", include: together, exclude: apart, isolate: false },
          ...{ maxWorkers: 2, sequence: { groupOrder: 1 } },
        },
      },
    ],
  },
});
