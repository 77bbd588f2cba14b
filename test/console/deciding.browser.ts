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

  it("sees that somebody else decided it meanwhile, and cannot decide it again", async () => {
    const execution = await desk.submit([{ id: "both", steps: [update("c1", { stage: "lead" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByRole("button", { name: "Approve" }).waitFor();
    const path = `/approvals/${asked?.approval_id}/decision`;
    await desk.ask("carol", "POST", path, { decision: "reject", digest: asked?.digest, comment: "not this one" });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.locator(".decided").getByText("It is rejected by carol: “not this one”.").waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });

  it("is told why a HIGH call of their own is not theirs to approve", async () => {
    const execution = await desk.submit([{ id: "own", steps: [mail("Own")] }], "bob");
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByText(/Not all is yours to decide/u).waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Reject" }).count()).toBe(1);
  });

  it("leaves a HIGH call that they have not opened out of a decision on many, and says so", async () => {
    const execution = await desk.submit([
      { id: "unopened", goal: "Write to Ann", steps: [mail("Unopened")] },
      { id: "plain", steps: [update("c9", { stage: "lead" })] },
      { id: "third", steps: [update("c10", { stage: "lead" })] },
    ]);
    await desk.asked(execution, 3);
    const page = await bob();
    await goTo(page, `/console/executions/${execution}`);
    await page.getByRole("link", { name: "3 requests wait for people" }).click();
    await page.getByText("3 requests of ").waitFor();
    await page.getByRole("button", { name: "of one execution: show all" }).waitFor();
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    await page.getByText("Not decided with the others: a HIGH one is opened first.").waitFor();
    await page.getByLabel(/^Why/u).fill("not today");
    await page.getByRole("button", { name: "Reject 2", exact: true }).click();
    await page.getByText("Nothing is left to decide here: 2 rejected.").waitFor();
    expect(await page.getByRole("button", { name: /^(Approve|Reject)/u }).count()).toBe(0);
    const [left] = await desk.asked(execution);
    expect(left).toMatchObject({ tool_name: "msgraph_send_email" });
  });

  it("decides many in one act, with a result for each", async () => {
    const steps = ["a", "b", "c", "d"].map((stage) => update("c1", { stage, [`field_${stage}`]: stage }));
    const execution = await desk.submit(steps.map((step, place) => ({ id: `many_${place}`, steps: [step] })));
    await desk.asked(execution, 1);
    const page = await bob();
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    await page.getByRole("heading", { name: /at once/u }).waitFor();
    await shoot(page, "many");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel(/^Why/u).fill("tidied by hand already");
    await page.getByRole("button", { name: /^Reject \d/u }).click();
    await page.getByText("✓ rejected").first().waitFor();
    await shoot(page, "many-decided");
  });
});
