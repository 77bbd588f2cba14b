import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type FormApp, startFormApp } from "../counterparts/form-app.ts";
import { openAccount } from "../functions/tools/browser/form-tools.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

/** The size that the browser gives an image of the page, once it has decoded it. */
const SIZE = `(() => {
  const image = document.querySelector(".picture img");
  return image === null || !image.complete ? null : { width: image.naturalWidth, height: image.naturalHeight };
})()`;

await describeInBrowser("an approver of a call that acts on a page", (browser) => {
  let desk: Desk;
  let app: FormApp;
  let seat: Seat | undefined;
  beforeAll(async () => {
    vi.stubEnv("BUDDY_CHROMIUM_SANDBOX", "off");
    vi.stubEnv("XDG_CACHE_HOME", join(import.meta.dirname, "../../node_modules/.cache"));
    app = await startFormApp();
    desk = await startDesk({ allowed_hosts: [app.host] });
    await desk.ask("tom", "PUT", "/contracts/account_open", openAccount(app));
  });
  afterAll(async () => {
    await desk.stop();
    await app.stop();
    vi.unstubAllEnvs();
  });
  afterEach(async () => {
    expect(seat?.reported.errors ?? []).toEqual([]);
    await seat?.leave();
    seat = undefined;
  });
  const asked = async (id: string): Promise<string> => {
    const step = { tool: "account_open", arguments: { email: `${id}@example.com` } };
    const [request] = await desk.asked(await desk.submit([{ id, goal: "Open an account for Ada", steps: [step] }]));
    return request?.approval_id ?? "";
  };

  it("an approver of a page's call sees beside the preview what the page looks like, with words for who does not see it", async () => {
    const id = await asked("ada");
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await goTo(page, `/console/requests/${id}`);
    const image = page.getByRole("img", { name: /^The page before the call: on http.*fills textbox "Work email"/u });
    await image.waitFor();
    await expect
      .poll(() => page.evaluate(SIZE))
      .toMatchObject({ width: expect.any(Number), height: expect.any(Number) });
    expect(await page.evaluate<{ width: number }>(SIZE)).toMatchObject({ width: 1280 });
    expect(await accessibilityFaults(page)).toEqual([]);
    await shoot(page, "picture");
    await page.getByRole("button", { name: "Show the picture larger" }).click();
    await page.getByRole("button", { name: "Show the picture smaller" }).waitFor();
    await shoot(page, "picture-large", true);
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate<number>(overflow)).toBe(0);
    await shoot(page, "picture-360");
  });

  it("an approver of a page's call gets its picture over the API too, under the name that the request says", async () => {
    const id = await asked("grace");
    const bytes = await desk.bytes(`/approvals/${id}/picture`);
    expect([...bytes.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const { picture } = await desk.ask<{ picture: { media_type: string; href: string } }>(
      "bob",
      "GET",
      `/approvals/${id}`,
    );
    expect(picture).toMatchObject({ media_type: "image/jpeg", href: `/approvals/${id}/picture` });
  });

  it("an approver of a page's call is told when the picture cannot be shown, and can ask for it again", async () => {
    const id = await asked("lin");
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await page.route(/\/picture$/u, (route) => route.fulfill({ body: "<svg xmlns='http://www.w3.org/2000/svg'/>" }));
    await goTo(page, `/console/requests/${id}`);
    await page.getByText("The picture cannot be shown: it is no image that this browser can show.").waitFor();
    await page.unroute(/\/picture$/u);
    await page.getByRole("button", { name: "Look for it again" }).click();
    await page.getByRole("img", { name: /^The page before the call/u }).waitFor();
  });

  it("an approver of a page's call approves what the text says: the same page drawn twice has not drifted", async () => {
    const id = await asked("joan");
    const { digest } = await desk.ask<{ digest: string }>("bob", "GET", `/approvals/${id}`);
    await desk.ask("bob", "POST", `/approvals/${id}/decision`, { decision: "approve", digest });
    await expect.poll(() => app.effects.length, { timeout: 30_000 }).toBe(1);
  });

  it("an approver of a page's call sees no picture, and nothing about one, where no page is acted on", async () => {
    const [request] = await desk.asked(await desk.submit([{ id: "crm", steps: [update("c1", { stage: "x" })] }]));
    seat = await signIn(browser(), desk, "bob");
    await goTo(seat.page, `/console/requests/${request?.approval_id}`);
    await seat.page.getByRole("button", { name: "Approve" }).waitFor();
    expect(await seat.page.locator(".picture").count()).toBe(0);
  });
});
