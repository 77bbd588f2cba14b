import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By name: the first file looks at the deployment before anybody changed anything. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId));
  }
}

/** One deployment for all files, one file after another: the emulator's functions share this machine's processors. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["suite/**/*.test.ts"],
    fileParallelism: false,
    sequence: { sequencer: ByName },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
