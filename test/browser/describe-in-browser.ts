import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { startTestBrowser } from "./start.ts";

/**
 * A `describe` whose tests have a real browser, which is started before the first and closed after the last. Where none
 * can be started they are skipped, and the name says why. Ask for the browser inside of tests and hooks only.
 */
export const describeInBrowser = async (name: string, tests: (browser: () => Browser) => void): Promise<void> => {
  const tried = await startTestBrowser();
  if (!tried.ok) {
    describe.skip(`${name} (SKIPPED, there is no browser: ${tried.refusal})`, () => tests(notYet));
    return;
  }
  await tried.value.close();
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      const started = await startTestBrowser();
      if (!started.ok) throw new Error(started.refusal);
      browser = started.value;
    });
    afterAll(() => browser?.close());
    tests(() => browser ?? notYet());
  });
};

const notYet = (): never => {
  throw new Error("the browser is started before the first test");
};
