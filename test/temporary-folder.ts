import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Goes when the whole run is over: for what several test files of one process share. */
    temporaryFolder: string;
  }
}

export default ({ provide }: TestProject): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "buddy-tests-"));
  provide("temporaryFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
};
