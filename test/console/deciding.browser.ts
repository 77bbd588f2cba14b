import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

await describeInBrowser("an approver at the console", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    await seat?.leave();
  });
  const bob = async (): Promise<Page> => {
    seat = await signIn(browser(), desk, "bob");
    return seat.page;
  };

  it("finds a request, reads it, and approves what is on screen with the pointer", async () => {
    const execution = await desk.submit([
      { id: "hello", goal: "Benedikt signed today: make him a customer", steps: [update("c1", { stage: "customer" })] },
    ]);
    await desk.asked(execution);
    const page = await bob();
    await page.getByRole("link", { name: /ghl_update_contact/ }).waitFor();
    await shoot(page, "inbox");
    await page.getByRole("link", { name: /ghl_update_contact/ }).click();
    await page.getByRole("button", { name: "Approve" }).waitFor();
    await shoot(page, "request", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
    expect(seat?.reported.errors).toEqual([]);
  });

  it("is asked for the record's name before a HIGH call, and does all of it by keyboard", async () => {
    const execution = await desk.submit([{ id: "welcome", goal: "Say hello", steps: [mail("Welcome")] }]);
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.press("End");
    await page.getByLabel(/^Type .* to approve/u).focus();
    await page.keyboard.type("msgraph_send_email");
    await shoot(page, "request-high");
    await page.keyboard.press("Tab");
    expect(await approve.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
    await shoot(page, "request-decided");
  });
});
