import { startTestBrowser } from "./start.ts";

/** Nothing is wrong, and something is not there (EX_TEMPFAIL): the tests that need it say so and are skipped. */
const MISSING = 75;

const started = await startTestBrowser();
if (started.ok) {
  process.stdout.write(`a browser for the tests: Chromium ${started.value.version()}\n`);
  await started.value.close();
} else {
  process.stdout.write(`no browser for the tests: ${started.refusal}\n`);
  process.exitCode = MISSING;
}
