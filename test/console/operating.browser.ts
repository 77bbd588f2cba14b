import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

await describeInBrowser("an operator at the console", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  let execution: string;
  beforeAll(async () => {
    desk = await startDesk();
    const steps = [
      update("c1", { stage: "customer" }),
      { ...mail("Welcome"), after: ["s1"] },
      update("c1", { stage: "lead" }),
    ];
    execution = await desk.submit([
      { id: "welcome", goal: "Welcome Benedikt at Bluebird", steps },
      { id: "tidy", goal: "Keep the CRM tidy", steps: [update("c2", { stage: "customer" })] },
    ]);
    await desk.asked(execution, 2);
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const omar = async (path: string): Promise<Page> => {
    seat = await signIn(browser(), desk, "omar");
    await goTo(seat.page, path);
    return seat.page;
  };

  it("finds an execution by its text and sees why it stands still", async () => {
    await desk.submit([{ id: "other", steps: [{ tool: "memory_search", arguments: { query: "x" } }] }]);
    const page = await omar("/console/executions");
    await page.getByRole("link", { name: /other/u }).waitFor();
    await shoot(page, "executions");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel("Text").fill("bluebird");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /other/u }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: /welcome/u }).click();
    await page
      .getByText(/waits for \S*s1/u)
      .first()
      .waitFor();
    await shoot(page, "execution");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page
      .getByRole("link", { name: /s1.*ghl_update_contact/u })
      .first()
      .click();
    await page.getByRole("heading", { name: "The call" }).waitFor();
    await shoot(page, "execution-step");
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("stops everything from any page, sees that nothing can run, and cannot unlock alone", async () => {
    const page = await omar("/console");
    await page.getByRole("button", { name: "Stop …" }).click();
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await dialog.getByLabel(/^Why; kept/u).fill("it mails strangers");
    await shoot(page, "stop");
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Stop everything" }).click();
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await dialog.getByLabel(/^Why it may go on/u).fill("looked into it");
    await dialog.getByRole("button", { name: "Unlock everything" }).click();
    await dialog.getByText(/a second person must unlock/u).waitFor();
    await shoot(page, "stopped");
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByText("Locked: everything by omar").waitFor();
    await desk.ask("olga", "POST", "/system/unlock", { scope: { kind: "everything" }, reason: "all clear" });
  });
});
