import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * Everything that is tested in a real browser: pages that tools act on, and the console. Two processes, each with one
 * browser and one bundle of the console for all of its files: pages wait for each other's processors, and for clocks.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["**/*.browser.ts"],
    setupFiles: ["setup.ts"],
    globalSetup: ["temporary-folder.ts"],
    maxWorkers: 2,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
