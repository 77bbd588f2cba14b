import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * Everything that is tested in a real browser: pages that tools act on, and the console. One file after another in one
 * process, with one browser and one bundle of the console for all of them: what takes time is this machine's processors.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["**/*.browser.ts"],
    setupFiles: ["setup.ts"],
    globalSetup: ["temporary-folder.ts"],
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As long as a page is waited for: a busy machine takes more than a second now and then.
    expect: { poll: { timeout: 30_000 } },
    pool: "forks",
  },
});
