import { defineConfig } from "vitest/config";

/** One browser and one server for each file, and one file after another: what takes time is this machine's processors. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.browser.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
