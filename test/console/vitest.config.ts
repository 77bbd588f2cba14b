import { defineConfig } from "vitest/config";

/**
 * One file after another in one process, with one browser and one bundle of the console for all of them, and a server for
 * each: what takes time is this machine's processors.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.browser.ts"],
    fileParallelism: false,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
