import { defineConfig } from "vitest/config";

/**
 * Files that change what a whole process shares (an AWS client's send, a global, the clock) or rest on a process of their
 * own. Everything else runs with its neighbours in two processes, which load each module once: a third of the processor
 * time of a run in which each file had a process was spent on importing.
 */
const apart = [
  "test/functions/adapters/**/*.test.ts",
  "test/functions/metrics.test.ts",
  "test/local/**/*.test.ts",
  "test/processes/**/*.test.ts",
];

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
      { test: { ...every, name: "apart", include: apart, isolate: true } },
      {
        // The client as its sources are; a program that installed it gets it compiled.
        ssr: { resolve: { conditions: ["buddy-source", "node", "development|production"] } },
        test: { ...every, name: "together", include: together, exclude: apart, isolate: false },
      },
    ],
  },
});
