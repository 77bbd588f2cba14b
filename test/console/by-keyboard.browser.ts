import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { goTo, type Seat, signIn } from "./page.ts";

/** More than any page has that can be reached. */
const MOST_TABS = 150;

/** Goes on by the Tab key, as somebody does who has no pointer, until `target` is what keys go to. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor();
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached by the Tab key`);
};

await describeInBrowser("everybody's work by keyboard alone", (browser) => {
  let desk: Desk;
  let seat: Seat;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat.reported.errors).toEqual([]);
    await seat.leave();
  });
  const at = async (name: string, path: string): Promise<Page> => {
    seat = await signIn(browser(), desk, name);
    await goTo(seat.page, path);
    return seat.page;
  };
  const press = async (page: Page, target: Locator, key = "Enter"): Promise<void> => {
    await tabTo(page, target);
    await page.keyboard.press(key);
  };
  const write = async (page: Page, target: Locator, text: string): Promise<void> => {
    await tabTo(page, target);
    await page.keyboard.type(text);
  };

  it("an approver chooses many and decides them in one act", async () => {
    const steps = ["c1", "c2", "c3"].map((id) => update(id, { stage: "customer" }));
    await desk.asked(await desk.submit(steps.map((step, place) => ({ id: `many_${place}`, steps: [step] }))), 3);
    const page = await at("bob", "/console");
    await press(page, page.getByRole("checkbox", { name: "choose all that are shown" }), "Space");
    await press(page, page.getByRole("link", { name: "Look at all of them and decide" }));
    await press(page, page.getByRole("button", { name: /^Approve \d/u }));
    await page.getByText("✓ approved").nth(2).waitFor();
  });

  it("whoever's button is taken away by what it did goes on beside it, not at the page's beginning", async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await desk.ask("carol", "PUT", "/away/carol", { until });
    await desk.ask("tom", "PUT", "/names/7fa3client", { name: "Night shift" });
    const page = await at("tom", "/console/people");
    const focused = (part: string) => page.locator(`section[aria-labelledby="${part}"]:focus`).waitFor();
    await press(page, page.getByRole("button", { name: /^Is here/u }));
    await focused("away");
    await press(page, page.getByRole("button", { name: /^Take away/u }));
    await focused("names");
    const steps = [update("c8", { stage: "lead" })];
    const [asked] = await desk.asked(await desk.submit([{ id: "changed", steps }]));
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await press(page, page.getByRole("button", { name: "Change it …" }));
    await page.locator("fieldset.edit :focus").waitFor();
  });

  it("an operator finds why an execution stands still, and stops it", async () => {
    const steps = [update("c4", { stage: "lead" }), { ...update("c5", { stage: "lead" }), after: ["s1"] }];
    const execution = await desk.submit([{ id: "stuck", goal: "Sort the leads", steps }]);
    await desk.asked(execution);
    const page = await at("omar", "/console/executions");
    await write(page, page.getByLabel("Text"), "leads");
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("link", { name: /stuck/u }));
    await page.getByText(/waits for s1/u).waitFor();
    await press(page, page.getByRole("button", { name: "Stop …" }));
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await write(page, dialog.getByLabel(/^Why; kept/u), "the list is old");
    await page.keyboard.press("Enter");
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText(/^Locked:.*by omar/u).waitFor();
  });

  it("an approver rejects one request, and says why", async () => {
    const [asked] = await desk.asked(await desk.submit([{ id: "one", steps: [update("c10", { stage: "lead" })] }]));
    const page = await at("bob", `/console/requests/${asked?.approval_id}`);
    await write(page, page.getByLabel(/^Why/u), "not this one");
    await press(page, page.getByRole("button", { name: "Reject" }));
    await page.locator(".decided").getByText("It is rejected by bob: “not this one”.").waitFor();
  });

  it("an operator aborts an execution, and says why", async () => {
    const execution = await desk.submit([{ id: "aborted", steps: [update("c11", { stage: "lead" })] }]);
    await desk.asked(execution);
    const page = await at("omar", `/console/executions/${execution}`);
    await press(page, page.getByRole("button", { name: "Abort …" }));
    await write(page, page.getByLabel(/^Why; kept/u), "the list is old");
    await press(page, page.getByRole("button", { name: "Abort", exact: true }));
    const status = async () => (await desk.ask<{ status: string }>("zoe", "GET", `/executions/${execution}`)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe("ABORTED");
    await page.getByText("ABORTED").first().waitFor();
  });

  it("a second operator lifts a lock, and says why", async () => {
    const scope = { kind: "tool", tool_name: "form_fill" };
    await desk.ask("omar", "POST", "/system/lock", { scope, mode: "stop_forward", reason: "it fills the wrong form" });
    const page = await at("olga", "/console");
    await press(page, page.getByRole("button", { name: "Stop …" }));
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await write(page, dialog.getByLabel(/^Why it may go on/u), "the form is mended");
    const unlock = dialog.getByRole("button", { name: "Unlock tool:form_fill" });
    await press(page, unlock);
    await unlock.waitFor({ state: "detached" });
    const { locks } = await desk.ask<{ locks: { lock_id: string }[] }>("zoe", "GET", "/system");
    expect(locks.map(({ lock_id }) => lock_id)).not.toContain("tool:form_fill");
  });

  it("a developer tries a call, and sees what an approver would", async () => {
    const page = await at("dora", "/console/tools");
    const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
    await press(page, card.locator("summary").first());
    const box = card.getByLabel(/^Try it/u);
    await tabTo(page, box);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type('{"contact_id": "c6", "fields": {"stage": "customer"}}');
    await press(page, card.getByRole("button", { name: "Try it" }));
    await card.getByRole("row", { name: /stage .* "customer"/u }).waitFor();
  });

  it("an auditor verifies the record of an execution against a key", async () => {
    const execution = await desk.submit([
      { id: "read", steps: [{ tool: "memory_search", arguments: { query: "x" } }] },
    ]);
    await desk.ended(execution);
    const pem = await readFile(join(desk.folder, "keys", "signing-key.pub.pem"), "utf8");
    const page = await at("audrey", `/console/executions/${execution}`);
    await press(page, page.getByRole("link", { name: "Verify its record" }));
    await tabTo(page, page.getByLabel("Public key (PEM)"));
    await page.keyboard.insertText(pem);
    await press(page, page.getByRole("button", { name: "Verify" }));
    await page.getByRole("region", { name: "Report" }).getByRole("heading", { name: "OK" }).waitFor();
  });
});
