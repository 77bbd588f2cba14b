import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { seedWorld } from "../../functions/tools/world/seed-world.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { goTo, type Seat, signIn } from "./page.ts";

const PLANS_AT_ONCE = 50;
const SUBMISSIONS = 8;
const REQUESTS = PLANS_AT_ONCE * SUBMISSIONS;
/** Of the plans of a submission every fifth writes a mail, which is HIGH; every second is of another agent. */
const MAILS_AT_ONCE = PLANS_AT_ONCE / 5;
const OTHER_AT_ONCE = PLANS_AT_ONCE / 2;

/** The page holds hundreds of rows: a busy machine takes a while to make them anew. */
const PATIENT = { timeout: 20_000 };
/** More than the page puts there in one go. */
const WALKED = 60;

type Open = { readonly approval_id: string; readonly risk_level: string; readonly expires_at: string };

await describeInBrowser("an inbox of 400 requests", (browser) => {
  let desk: Desk;
  let seat: Seat;
  let open: ReadonlyMap<string, Open>;
  beforeAll(async () => {
    desk = await startDesk();
    await seedWorld(desk.server.stack.world, { contacts: REQUESTS });
    for (let turn = 0; turn < SUBMISSIONS; turn += 1) {
      const plans = Array.from({ length: PLANS_AT_ONCE }, (_, place) => {
        const name = `${turn}_${place}`;
        const step =
          place % 5 === 0
            ? mail(`Welcome, number ${name}`)
            : update(`c${turn * PLANS_AT_ONCE + place + 1}`, { city: name });
        return { id: `plan_${name}`, agent: place % 2 === 0 ? "crm_agent" : "other_agent", steps: [step] };
      });
      // The last are of who looks at the inbox: a HIGH call of their own is not theirs to approve.
      const execution = await desk.submit(plans, turn === SUBMISSIONS - 1 ? "bob" : "alice");
      const asked = await desk.asked(execution, PLANS_AT_ONCE);
      // The first request of each submission gets more time, so that the order is not that of the asking.
      const path = `/approvals/${asked[0]?.approval_id}/extend`;
      await desk.ask("carol", "POST", path, { seconds: 600, reason: "the one who knows is out" });
    }
    type Queue = { plans: { approvals: Open[] }[] };
    const { plans } = await desk.ask<Queue>("zoe", "GET", "/approvals?limit=1000");
    open = new Map(plans.flatMap(({ approvals }) => approvals).map((each) => [each.approval_id, each]));
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat.reported.errors).toEqual([]);
    await seat.leave();
  });
  /** The inbox with so many of its requests shown, all of them on the page. */
  const shows = async (page: Page, requests: number): Promise<void> => {
    const words = requests === REQUESTS ? `${requests} requests` : `${requests} requests of ${REQUESTS}`;
    await expect.poll(() => page.locator(".count").innerText(), PATIENT).toContain(words);
    await expect.poll(() => page.locator(".row-link").count(), PATIENT).toBe(requests);
  };
  const at = async (path = "/console"): Promise<Page> => {
    seat = await signIn(browser(), desk, "bob");
    await goTo(seat.page, path);
    return seat.page;
  };
  /** The requests of the page's rows, from top to bottom. */
  const rows = async (page: Page): Promise<readonly Open[]> => {
    const links = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".row-link")].map((link) => link.pathname.split("/").at(-1))`,
    );
    return links.flatMap((id) => open.get(id) ?? []);
  };

  it("an inbox of 400 requests has each of them once within reach of the wheel, and counts those that are the reader's", async () => {
    const page = await at();
    await shows(page, REQUESTS);
    expect(new Set((await rows(page)).map(({ approval_id }) => approval_id)).size).toBe(REQUESTS);
    const mine = REQUESTS - MAILS_AT_ONCE;
    expect(await page.locator(".badge").innerText()).toBe(String(mine));
    expect(await page.getByText("not yours to decide").count()).toBe(MAILS_AT_ONCE);
    const last = page.locator(".row-link").last();
    const inView = `(() => {
      const { top, bottom } = [...document.querySelectorAll(".row-link")].at(-1).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    })()`;
    expect(await page.evaluate<boolean>(inView)).toBe(false);
    await page.locator(".row-link").first().hover();
    // Rows have their height only once they come near the view, so that the end moves on while somebody nears it.
    const wheeled = async (): Promise<boolean> => {
      await page.mouse.wheel(0, 20_000);
      return page.evaluate<boolean>(inView);
    };
    await expect.poll(wheeled, PATIENT).toBe(true);
    const href = await last.getAttribute("href");
    await last.click();
    await page.getByRole("region", { name: "Request", exact: true }).getByRole("button", { name: "Reject" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(href);
  });

  it("an inbox of 400 requests stands in the order of what expires soonest, and of what is riskiest", async () => {
    const page = await at();
    await shows(page, REQUESTS);
    const soonest = (await rows(page)).map(({ expires_at }) => Date.parse(expires_at));
    expect(soonest).toEqual(soonest.toSorted((one, other) => one - other));
    expect(new Set(soonest).size).toBeGreaterThan(SUBMISSIONS);
    await page.getByRole("combobox", { name: /^Order/u }).selectOption("riskiest first");
    await page.waitForURL(/sort=risk/u);
    await expect.poll(async () => (await rows(page)).at(0)?.risk_level, PATIENT).toBe("HIGH");
    const riskiest = await rows(page);
    const mails = MAILS_AT_ONCE * SUBMISSIONS;
    expect(riskiest.map(({ risk_level }) => risk_level === "HIGH")).toEqual(riskiest.map((_, place) => place < mails));
    for (const part of [riskiest.slice(0, mails), riskiest.slice(mails)]) {
      const times = part.map(({ expires_at }) => Date.parse(expires_at));
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
  });

  it("an inbox of 400 requests is narrowed to an agent, a tool, a risk and what is the reader's, one and all", async () => {
    const page = await at();
    await shows(page, REQUESTS);
    const mails = MAILS_AT_ONCE * SUBMISSIONS;
    const narrow = async (label: string, to: string, requests: number): Promise<void> => {
      await page.getByRole("combobox", { name: new RegExp(`^${label}`, "u") }).selectOption(to);
      await shows(page, requests);
    };
    await narrow("Tool", "msgraph_send_email", mails);
    await page.getByLabel("mine to decide").check();
    await shows(page, mails - MAILS_AT_ONCE);
    await narrow("Agent", "other_agent", (mails - MAILS_AT_ONCE) / 2);
    await page.getByLabel("mine to decide").uncheck();
    await shows(page, mails / 2);
    await narrow("Risk", "LOW", 0);
    await page.getByText("Nothing here fits.").waitFor();
    await narrow("Risk", "HIGH", mails / 2);
    await narrow("Tool", "", mails / 2);
    await narrow("Risk", "", OTHER_AT_ONCE * SUBMISSIONS);
    await narrow("Agent", "", REQUESTS);
  });

  it.each([
    ["ArrowDown", "ArrowUp"],
    ["j", "k"],
  ])(
    "an inbox of 400 requests is walked with %s to its last, back with %s to its first, and opened with Enter",
    async (down, up) => {
      const page = await at();
      await shows(page, REQUESTS);
      const place = () =>
        page.evaluate<number>(`[...document.querySelectorAll(".row-link")].indexOf(document.activeElement)`);
      await page.locator(".row-link").first().focus();
      await page.keyboard.press(up);
      expect(await place()).toBe(0);
      for (let pressed = 0; pressed < WALKED; pressed += 1) await page.keyboard.press(down);
      expect(await place()).toBe(WALKED);
      await page
        .locator(".row-link")
        .nth(REQUESTS - 2)
        .focus();
      await page.keyboard.press(down);
      expect(await place()).toBe(REQUESTS - 1);
      await page.keyboard.press(down);
      expect(await place()).toBe(REQUESTS - 1);
      await page.keyboard.press(up);
      expect(await place()).toBe(REQUESTS - 2);
      const href = await page
        .locator(".row-link")
        .nth(REQUESTS - 2)
        .getAttribute("href");
      await page.keyboard.press("Enter");
      await page
        .getByRole("region", { name: "Request", exact: true })
        .getByRole("button", { name: "Reject" })
        .waitFor();
      expect(new URL(page.url()).pathname).toBe(href);
    },
  );

  it("an inbox of 400 requests has forty of one execution decided in one act, with a result each, without HIGH ones", async () => {
    const page = await at();
    await shows(page, REQUESTS);
    type Queue = { plans: { execution_id: string; approvals: Open[] }[] };
    const { plans } = await desk.ask<Queue>("zoe", "GET", "/approvals?limit=1000");
    const others = plans.filter(({ approvals }) => approvals.every(({ risk_level }) => risk_level !== "HIGH"));
    const execution = others[0]?.execution_id ?? "";
    const forty = PLANS_AT_ONCE - MAILS_AT_ONCE;
    await goTo(page, `/console?execution=${execution}`);
    await shows(page, PLANS_AT_ONCE);
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    const items = page.locator(".items > li");
    await expect.poll(() => items.count(), PATIENT).toBe(PLANS_AT_ONCE);
    await page.getByLabel(/^Why/u).fill("tidied by hand already");
    await page.getByRole("button", { name: `Reject ${forty}`, exact: true }).click();
    await expect.poll(() => items.filter({ hasText: "✓ rejected" }).count(), PATIENT).toBe(forty);
    expect(await items.filter({ hasText: "a HIGH one is opened first" }).count()).toBe(MAILS_AT_ONCE);
    expect(await desk.asked(execution)).toHaveLength(MAILS_AT_ONCE);
  });
});
