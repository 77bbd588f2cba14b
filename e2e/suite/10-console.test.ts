import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChromium } from "../../functions/adapters/browser/start-chromium.ts";
import { approvalView } from "../../functions/api/schemas.ts";
import { PASSWORD } from "../client/people.ts";
import { plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

const repository = join(import.meta.dirname, "../..");
const POOL = "https://*.amazoncognito.com/**";

/** The pool's own host is on the internet; what the emulator has in its place answers under the emulator's address. */
const answeredBy =
  (pool: string) =>
  async (route: Route): Promise<void> => {
    const asked = route.request();
    const { pathname, search } = new URL(asked.url());
    const answer = await route.fetch({ url: `${pool}${pathname}${search}`, maxRedirects: 0 });
    await route.fulfill({ response: answer });
  };

const started = await startChromium(
  { folder: join(repository, "node_modules", ".cache", "buddy-browser"), executable: process.env.BUDDY_CHROMIUM },
  { sandbox: false },
);
const missing = started.ok ? "" : ` (SKIPPED, there is no browser: ${started.refusal})`;

/** As people come to it: by the address that the stack's outputs name, with a browser, and through a page of its pool. */
describe.skipIf(!started.ok)(`the console of a deployment${missing}`, () => {
  let us: Team;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    us = await team();
    browser = started.ok ? started.value : expect.fail("there is no browser");
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    await context.route(POOL, answeredBy(us.at.sign_in));
    // Under the API's own name the emulator answers this one itself, about itself.
    await context.route(`${new URL(us.at.console).origin}/health`, answeredBy(us.at.api));
    page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  });
  afterAll(() => browser.close());

  it("the console lets somebody in by the pool's page, back to the request of a link, who approves it", async () => {
    const id = await us.agents.submit([plan("p_console", [update("s1", "c18", { phone: `+49 30 ${Date.now()}` })])]);
    const { approval_id } = await us.bob.request(id, "s1");
    await page.goto(`${us.at.console}/requests/${approval_id}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[name=username]").fill("bob");
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("updates phone of contact c18").first().waitFor();
    expect(page.url()).toBe(`${us.at.console}/requests/${approval_id}`);
    await page.getByRole("button", { name: "Approve" }).first().click();
    expect(await us.alice.ended(id)).toMatchObject({ status: "SUCCEEDED" });
    const decided = await us.alice.ask(approvalView, "GET", `/approvals/${approval_id}`);
    expect(decided).toMatchObject({ status: "approved", votes: [{ by: us.people.bob.name }] });
  });

  it("the console shows who is signed in what their deployment has, without a fault of a page or of its policy", async () => {
    for (const name of ["Executions", "People", "Health", "Tools", "Deliveries"]) {
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    }
    expect(errors).toEqual([]);
  });
});
