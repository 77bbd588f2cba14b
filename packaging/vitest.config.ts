import { defineConfig } from "vitest/config";

/** Packs and installs for real, with the registry that npm is set to: apart from `npm test`, which needs no network. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["suite/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    pool: "forks",
  },
});
