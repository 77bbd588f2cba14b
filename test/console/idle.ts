import type { Browser } from "playwright-core";
import { pathOf } from "../../console/routes.ts";
import type { Desk } from "./desk.ts";
import { goTo, windowOf } from "./page.ts";

const MINUTES = 20;
const WAIT_MS = 60_000;

/** Requests a second that a page makes which nobody touches, over minutes that pass at once. */
const idleRate = async (browser: Browser, desk: Desk, path: string): Promise<number> => {
  const { page, leave } = await windowOf(browser);
  page.setDefaultTimeout(WAIT_MS);
  try {
    await page.clock.install();
    await page.goto(desk.server.consoleLink("bob"));
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await goTo(page, path);
    await page.locator(".loading").first().waitFor({ state: "detached" });
    let asked = 0;
    const pending = new Set<unknown>();
    page.on("request", (request) => {
      asked += 1;
      pending.add(request);
    });
    page.on("requestfinished", (request) => pending.delete(request));
    page.on("requestfailed", (request) => pending.delete(request));
    const seconds = MINUTES * 60;
    // An answer comes between two steps, as it would in that time.
    for (let passed = 0; passed < seconds; passed += 1) {
      await page.clock.runFor(1_000);
      const late = Date.now() + WAIT_MS;
      while (pending.size > 0 && Date.now() < late) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return asked / seconds;
  } finally {
    await leave();
  }
};

type Shown = { readonly execution: string; readonly webhook_url: string };

/** Every page that asks again by itself, with as much on it as asks. Requests of the execution are open: it runs. */
const pagesOf = async (desk: Desk, { execution, webhook_url }: Shown): Promise<Readonly<Record<string, string>>> => {
  const [request] = await desk.asked(execution);
  if (request === undefined) throw new Error("no request is open");
  type Added = { readonly webhook: { readonly webhook_id: string } };
  const { webhook } = await desk.ask<Added>("zoe", "POST", "/webhooks", { url: webhook_url });
  return {
    inbox: pathOf.inbox(),
    request: pathOf.request(request.approval_id),
    "list of many at once": pathOf.many(),
    "list of executions": pathOf.executions(),
    "execution that runs": pathOf.execution(execution),
    "execution that runs, a step open": pathOf.step(execution, request.step_id),
    "page of people": pathOf.people(),
    "page of health": pathOf.health(),
    "page of tools": pathOf.tools(),
    "page of deliveries": pathOf.webhook(webhook.webhook_id),
  };
};

/** Requests a second of each page that nobody touches, by the page's name. */
export const idleRates = async (browser: Browser, desk: Desk, shown: Shown): Promise<Record<string, number>> => {
  const rates: Record<string, number> = {};
  for (const [name, path] of Object.entries(await pagesOf(desk, shown))) {
    rates[name] = await idleRate(browser, desk, path);
  }
  return rates;
};
