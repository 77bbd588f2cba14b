import type { Browser } from "playwright-core";
import { describe } from "vitest";
import { startTestBrowser } from "./start.ts";

/** Of this process, for all of its files: to start one takes longer than most tests do. It ends with the process. */
let started: ReturnType<typeof startTestBrowser> | undefined;

/**
 * A `describe` whose tests have a real browser. Where none can be started they are skipped, and the name says why. Ask
 * for the browser inside of tests and hooks only.
 */
export const describeInBrowser = async (name: string, tests: (browser: () => Browser) => void): Promise<void> => {
  started ??= startTestBrowser();
  const tried = await started;
  if (!tried.ok) {
    describe.skip(`${name} (SKIPPED, there is no browser: ${tried.refusal})`, () => tests(notThere));
    return;
  }
  describe(name, () => tests(() => tried.value));
};

const notThere = (): never => {
  throw new Error("a test that is skipped asked for the browser");
};
