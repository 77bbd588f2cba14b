import { join } from "node:path";
import { createVitest, type TestModule } from "vitest/node";
import { projectFolder } from "../project-files.ts";
import type { Mutant } from "./mutants.ts";

/** Where tests are run over one mutant after another. */
export type Bench = {
  /** The first test that fails over the mutant; undefined when all pass. @throws Error when the tests did not run */
  readonly killerOf: (mutant: Mutant) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
};

/**
 * The tests as ever, over a source from which one thing is taken out. Each run has modules of its own; what all of them
 * are made of is read and transformed once for all mutants, but for the source that is mutated.
 */
export const openBench = async (): Promise<Bench> => {
  let mutated: Mutant | undefined;
  const vitest = await createVitest(
    "test",
    {
      ...{ watch: false, config: false, root: projectFolder, include: ["test/**/*.test.ts"] },
      ...{ testTimeout: 60_000, pool: "threads", maxWorkers: 1, reporters: [{}] },
    },
    {
      plugins: [
        {
          name: "mutant",
          enforce: "pre",
          transform: (code, id) =>
            mutated !== undefined && id === join(projectFolder, mutated.file) ? mutated.apply(code) : undefined,
        },
      ],
    },
  );

  const ranWith = async (test: string): Promise<TestModule> => {
    const specifications = await vitest.globTestSpecifications([test]);
    const { testModules } = await vitest.runTestSpecifications(specifications);
    // Those of runs before are told as well.
    const ran = testModules.find(({ moduleId }) => moduleId === join(projectFolder, test));
    if (ran === undefined) throw new Error(`${test} did not run over ${mutated?.name}`);
    return ran;
  };

  const firstFailed = async (mutant: Mutant): Promise<string | undefined> => {
    for (const test of mutant.tests) {
      const ran = await ranWith(test);
      for (const { name } of ran.children.allTests("failed")) return `${test}: ${name}`;
      const [error] = ran.errors();
      if (error !== undefined) return `${test}: could not be loaded (${error.message.split("\n")[0]})`;
      if (!ran.ok()) throw new Error(`${test} ended as ${ran.state()} over ${mutant.name}, and no test of it failed`);
    }
    return undefined;
  };

  return {
    killerOf: async (mutant) => {
      const source = join(projectFolder, mutant.file);
      mutated = mutant;
      vitest.invalidateFile(source);
      try {
        return await firstFailed(mutant);
      } finally {
        mutated = undefined;
        vitest.invalidateFile(source);
      }
    },
    close: () => vitest.close(),
  };
};
