import { defineConfig } from "vitest/config";
import { MUTANTS } from "./mutants.ts";

const mutant = MUTANTS.find(({ name }) => name === process.env.MUTANT);
if (mutant === undefined) throw new Error(`no mutant is called ${process.env.MUTANT}`);

/** The tests as ever, over a source from which one thing is taken out. */
export default defineConfig({
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) => (id.endsWith(mutant.file) ? mutant.apply(code) : undefined),
    },
  ],
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    bail: 1,
    pool: "threads",
    maxWorkers: 1,
  },
});
