import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { pathOf } from "../../console/routes.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk } from "./desk.ts";
import { goTo, type Seat, windowOf } from "./page.ts";

/** In the page: as the browser says it, for a window that another covers. */
const saysHidden = (hidden: boolean): string => `
  Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
`;

await describeInBrowser("an execution that is left on screen", (browser) => {
  let desk: Desk;
  let execution: string;
  let seat: Seat;
  beforeAll(async () => {
    desk = await startDesk();
    execution = await desk.submit([{ id: "left", steps: [mail("Welcome")] }]);
    await desk.asked(execution);
  });
  afterAll(() => desk.stop());
  beforeEach(async () => {
    seat = await windowOf(browser());
    const { page } = seat;
    await page.clock.install();
    await page.goto(desk.server.consoleLink("bob"));
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await goTo(page, pathOf.execution(execution));
    await page.getByRole("heading", { name: "left" }).waitFor();
    // From here on no time passes for the page but what a test lets pass.
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
  });
  afterEach(async () => {
    expect(seat.reported.errors).toEqual([]);
    await seat.leave();
  });

  const asksOfBoth = (page: Page): Promise<unknown> =>
    Promise.all(["/approvals", `/executions/${execution}`].map((path) => answered(page, path)));
  const answered = (page: Page, path: string): Promise<unknown> =>
    page.waitForResponse((response) => new URL(response.url()).pathname === path);
  const leaveFor = async (page: Page, seconds: number): Promise<void> => {
    await page.clock.runFor(seconds * 1_000);
    await page.waitForLoadState("networkidle");
  };

  it("an execution that is left on screen asks of all that it shows at once when somebody touches it, and goes on as it did", async () => {
    const { page } = seat;
    await leaveFor(page, 600);
    const both = asksOfBoth(page);
    await page.mouse.move(200, 200);
    await both;
    const next = answered(page, `/executions/${execution}`);
    await page.clock.runFor(6_000);
    await next;
  });

  it("an execution that is left on screen asks of all that it shows at once when it comes back into view", async () => {
    const { page } = seat;
    await page.evaluate(saysHidden(true));
    await leaveFor(page, 600);
    const both = asksOfBoth(page);
    await page.evaluate(saysHidden(false));
    await both;
    const next = answered(page, `/executions/${execution}`);
    await page.clock.runFor(6_000);
    await next;
  });
});
