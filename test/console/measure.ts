/**
 * Measures the console in a real browser, and prints its figures as one line of JSON; `npm run bench -- console` judges
 * them. Every wait has a limit, and the browser ends whatever happens.
 */
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import type { ExecutionDetail } from "../../functions/api/schemas.ts";
import { startTestBrowser } from "../browser/start.ts";
import { startWebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { type Desk, mail, startDesk } from "./desk.ts";
import { idleRates } from "./idle.ts";
import { goTo, signIn, windowOf } from "./page.ts";

const TIMES = 5;
const REQUESTS = 400;
const PLANS_AT_ONCE = 50;
const STEPS = 10_000;
const WAIT_MS = 60_000;

const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

/** In the page, so that neither the driver's looks nor the rest of the queue count: when its first requests are painted. */
const NOTES_WHEN_USABLE = `
  const seen = new MutationObserver(() => {
    if (document.querySelector(".row, .nothing") === null) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => { globalThis.usable_at = performance.now(); }));
  });
  seen.observe(document, { subtree: true, childList: true });
`;

/** Milliseconds from the navigation until the inbox can be worked with: its first requests, or that there are none. */
const untilUsable = async (browser: Browser, desk: Desk, requests: number): Promise<number> => {
  const { page, leave } = await windowOf(browser);
  page.setDefaultTimeout(WAIT_MS);
  try {
    await page.addInitScript(NOTES_WHEN_USABLE);
    await page.goto(desk.server.consoleLink("bob"));
    await page.locator(".count", { hasText: `${requests} requests`, hasNotText: "on their way" }).waitFor();
    return await page.evaluate<number>("globalThis.usable_at");
  } finally {
    await leave();
  }
};

const medianUntilUsable = async (browser: Browser, desk: Desk, requests: number): Promise<number> => {
  // The first loads what later ones find warm, on the server's side.
  await untilUsable(browser, desk, requests);
  const took: number[] = [];
  for (let turn = 0; turn < TIMES; turn += 1) took.push(await untilUsable(browser, desk, requests));
  return medianOf(took);
};

const fill = async (desk: Desk): Promise<string> => {
  let last = "";
  for (let first = 0; first < REQUESTS; first += PLANS_AT_ONCE) {
    const plans = Array.from({ length: PLANS_AT_ONCE }, (_, place) => ({
      id: `plan_${first + place}`,
      goal: "Keep the CRM tidy",
      steps: [mail(`Welcome, number ${first + place}`)],
    }));
    last = await desk.submit(plans);
    await desk.asked(last, PLANS_AT_ONCE);
  }
  return last;
};

const FRAMES = 120;

/** The longest task of the page while a list of so many steps is scrolled from end to end. */
const longestTask = async (browser: Browser, page: Page, desk: Desk, execution: string) => {
  const real = await desk.ask<ExecutionDetail>("zoe", "GET", `/executions/${execution}?steps_limit=1`);
  await page.route(/\/executions\/many\?/u, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("next") ?? 0);
    const steps = Array.from({ length: 1_000 }, (_, place) => ({ ...real.steps[0], step_id: `step-${from + place}` }));
    const next = from + 1_000 < STEPS ? String(from + 1_000) : null;
    return route.fulfill({ json: { ...real, execution_id: "many", step_count: STEPS, steps, next } });
  });
  await goTo(page, "/console/executions/many");
  await page.getByRole("list", { name: `${STEPS} steps` }).waitFor();
  await browser.startTracing(page, { categories: ["toplevel"] });
  await page.evaluate(`(async () => {
    const box = document.querySelector(".windowed");
    for (let frame = 0; frame <= ${FRAMES}; frame += 1) {
      box.scrollTop = (box.scrollHeight * frame) / ${FRAMES};
      await new Promise((resolve) => requestAnimationFrame(() => resolve()));
    }
  })()`);
  return longestIn(await browser.stopTracing());
};

const trace = z.object({
  traceEvents: z.array(
    z.looseObject({
      ...{ name: z.string(), ph: z.string(), pid: z.number(), tid: z.number() },
      ...{ dur: z.number().optional(), tdur: z.number().optional(), args: z.record(z.string(), z.unknown()) },
    }),
  ),
});

/** Of tasks of a page's main thread, in milliseconds: by the clock, and of a processor, which others may have meanwhile. */
const longestIn = (traced: Buffer): { readonly by_clock: number; readonly of_processor: number } => {
  const { traceEvents } = trace.parse(JSON.parse(traced.toString()));
  const threads = traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const pages = new Set(threads.map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name.endsWith("RunTask") && ph === "X" && pages.has(`${pid}/${tid}`),
  );
  if (tasks.length === 0) throw new Error("the browser traced no task of a page");
  const longest = (all: readonly (number | undefined)[]): number => Math.max(...all.map((each) => each ?? 0)) / 1_000;
  return { by_clock: longest(tasks.map(({ dur }) => dur)), of_processor: longest(tasks.map(({ tdur }) => tdur)) };
};

const browser = await startTestBrowser();
if (!browser.ok) throw new Error(`there is no browser to measure with: ${browser.refusal}`);
const receiver = await startWebhookReceiver();
let desk: Desk | undefined;
try {
  desk = await startDesk({ allowed_hosts: [receiver.host] });
  const empty_ms = await medianUntilUsable(browser.value, desk, 0);
  const execution = await fill(desk);
  const full_ms = await medianUntilUsable(browser.value, desk, REQUESTS);
  const seat = await signIn(browser.value, desk, "bob");
  const longest_task_ms = await longestTask(browser.value, seat.page, desk, execution);
  await seat.leave();
  const idle_per_second = await idleRates(browser.value, desk, { execution, webhook_url: receiver.url });
  console.log(JSON.stringify({ empty_ms, full_ms, requests: REQUESTS, longest_task_ms, idle_per_second }));
} finally {
  await browser.value.close();
  await desk?.stop();
  await receiver.stop();
}
process.exit(0);
