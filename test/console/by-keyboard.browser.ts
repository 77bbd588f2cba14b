import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { pressKey, tabTo, typeInto } from "./keyboard.ts";
import { goTo, type Seat, signIn } from "./page.ts";

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

  it("an approver chooses many and decides them in one act", async () => {
    const steps = ["c1", "c2", "c3"].map((id) => update(id, { stage: "customer" }));
    await desk.asked(await desk.submit(steps.map((step, place) => ({ id: `many_${place}`, steps: [step] }))), 3);
    const page = await at("bob", "/console");
    await pressKey(page, page.getByRole("checkbox", { name: "choose all that are shown" }), "Space");
    await pressKey(page, page.getByRole("link", { name: "Look at all of them and decide" }));
    await pressKey(page, page.getByRole("button", { name: /^Approve \d/u }));
    await page.getByText("✓ approved").nth(2).waitFor();
  });

  it("whoever's button is taken away by what it did goes on beside it, not at the page's beginning", async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await desk.ask("carol", "PUT", "/away/carol", { until });
    await desk.ask("tom", "PUT", "/names/7fa3client", { name: "Night shift" });
    const page = await at("tom", "/console/people");
    const focused = (part: string) => page.locator(`section[aria-labelledby="${part}"]:focus`).waitFor();
    await pressKey(page, page.getByRole("button", { name: /^Is here/u }));
    await focused("away");
    await pressKey(page, page.getByRole("button", { name: /^Take away/u }));
    await focused("names");
    const steps = [update("c8", { stage: "lead" })];
    const [asked] = await desk.asked(await desk.submit([{ id: "changed", steps }]));
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await pressKey(page, page.getByRole("button", { name: "Change it …" }));
    await page.locator("fieldset.edit :focus").waitFor();
  });

  it("an operator finds why an execution stands still, and stops it", async () => {
    const steps = [update("c4", { stage: "lead" }), { ...update("c5", { stage: "lead" }), after: ["s1"] }];
    const execution = await desk.submit([{ id: "stuck", goal: "Sort the leads", steps }]);
    await desk.asked(execution);
    const page = await at("omar", "/console/executions");
    await typeInto(page, page.getByLabel("Text"), "leads");
    await page.keyboard.press("Enter");
    await pressKey(page, page.getByRole("link", { name: /stuck/u }));
    await page.getByText(/waits for s1/u).waitFor();
    await pressKey(page, page.getByRole("button", { name: "Stop …" }));
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await typeInto(page, dialog.getByLabel(/^Why; kept/u), "the list is old");
    await page.keyboard.press("Enter");
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText(/^Locked:.*by omar/u).waitFor();
  });

  it("an approver rejects one request, and says why", async () => {
    const [asked] = await desk.asked(await desk.submit([{ id: "one", steps: [update("c10", { stage: "lead" })] }]));
    const page = await at("bob", `/console/requests/${asked?.approval_id}`);
    await typeInto(page, page.getByLabel(/^Why/u), "not this one");
    await pressKey(page, page.getByRole("button", { name: "Reject" }));
    await page.locator(".decided").getByText("It is rejected by bob: “not this one”.").waitFor();
  });

  it("an approver changes an argument, asks for that instead, and goes on to what is asked then", async () => {
    const [asked] = await desk.asked(await desk.submit([{ id: "edited", steps: [update("c12", { stage: "lead" })] }]));
    const page = await at("bob", `/console/requests/${asked?.approval_id}`);
    await pressKey(page, page.getByRole("button", { name: "Change it …" }));
    await tabTo(page, page.getByLabel("fields"));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type('{"stage": "customer"}');
    await typeInto(page, page.getByLabel(/^Why/u), "signed this morning");
    await pressKey(page, page.getByRole("button", { name: "Ask for this instead" }));
    await page.locator(".decided").getByText("It is edited by bob: “signed this morning”.").waitFor();
    await pressKey(page, page.getByRole("link", { name: "look at that" }));
    await page.getByRole("row", { name: /stage .*customer/u }).waitFor();
  });

  it("an operator resumes what a lock held, and says why", async () => {
    const scope = { kind: "tool", tool_name: "ghl_update_contact" };
    await desk.ask("omar", "POST", "/system/lock", { scope, mode: "stop_forward", reason: "it writes nonsense" });
    const execution = await desk.submit([{ id: "held", steps: [update("c13", { stage: "lead" })] }]);
    const status = async () => (await desk.ask<{ status: string }>("zoe", "GET", `/executions/${execution}`)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe("LOCKED");
    await desk.ask("olga", "POST", "/system/unlock", { scope, reason: "it was the mock" });
    const page = await at("omar", `/console/executions/${execution}`);
    await pressKey(page, page.getByRole("button", { name: "Resume …" }));
    await typeInto(page, page.getByLabel(/^Why; kept/u), "unlocked");
    await pressKey(page, page.getByRole("button", { name: "Resume", exact: true }));
    await page.getByText("RUNNING").first().waitFor();
    expect(await desk.asked(execution)).toHaveLength(1);
  });

  it("a developer reads what a version changed, and confirms as a second person one that lowers a guard", async () => {
    const contract = await desk.ask<Record<string, unknown>>("zoe", "GET", "/contracts/form_fill");
    const slower = { ...contract, timeout_seconds: 44 };
    await desk.ask("olga", "PUT", "/contracts/form_fill", slower);
    const unasked = { ...slower, requires_approval: false, approvals_required: 0 };
    await desk.ask("olga", "PUT", "/contracts/form_fill", unasked);
    const page = await at("dora", "/console/tools");
    await typeInto(page, page.getByLabel("Find tools, by name or description"), "form_fill");
    const card = page.locator("details.contract").filter({ hasText: "form_fill" });
    await pressKey(page, card.locator("summary").first());
    await pressKey(page, card.getByText("Its versions, and what each changed"));
    await pressKey(page, card.getByText("Version 2, from 1"));
    await card.getByRole("row", { name: /timeout_seconds \d+ 44/u }).waitFor();
    const confirm = page.getByRole("button", { name: "Confirm version 3 of form_fill" });
    await pressKey(page, confirm);
    await confirm.waitFor({ state: "detached" });
    expect(await desk.ask("zoe", "GET", "/contracts/form_fill")).toMatchObject({ approvals_required: 0 });
  });

  it("somebody goes from the health to the oldest request that waits", async () => {
    await desk.asked(await desk.submit([{ id: "old", steps: [update("c14", { stage: "lead" })] }]));
    const page = await at("omar", "/console");
    await pressKey(page, page.getByRole("link", { name: "Health" }));
    await page.getByRole("heading", { name: "Health", level: 1 }).waitFor();
    await page.getByRole("region", { name: "Score" }).waitFor();
    await pressKey(page, page.getByRole("link", { name: "the oldest" }));
    await page.getByRole("article").getByRole("heading", { name: "ghl_update_contact", level: 1 }).waitFor();
    type Queue = { plans: { approvals: { approval_id: string; created_at: string }[] }[] };
    const { plans } = await desk.ask<Queue>("zoe", "GET", "/approvals?limit=1000");
    const [oldest] = plans
      .flatMap(({ approvals }) => approvals)
      .toSorted((one, other) => (one.created_at < other.created_at ? -1 : 1));
    expect(page.url()).toContain(`/console/requests/${oldest?.approval_id}`);
  });

  it("an operator aborts an execution, and says why", async () => {
    const execution = await desk.submit([{ id: "aborted", steps: [update("c11", { stage: "lead" })] }]);
    await desk.asked(execution);
    const page = await at("omar", `/console/executions/${execution}`);
    await pressKey(page, page.getByRole("button", { name: "Abort …" }));
    await typeInto(page, page.getByLabel(/^Why; kept/u), "the list is old");
    await pressKey(page, page.getByRole("button", { name: "Abort", exact: true }));
    const status = async () => (await desk.ask<{ status: string }>("zoe", "GET", `/executions/${execution}`)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe("ABORTED");
    await page.getByText("ABORTED").first().waitFor();
  });

  it("a second operator lifts a lock, and says why", async () => {
    const scope = { kind: "tool", tool_name: "form_fill" };
    await desk.ask("omar", "POST", "/system/lock", { scope, mode: "stop_forward", reason: "it fills the wrong form" });
    const page = await at("olga", "/console");
    await pressKey(page, page.getByRole("button", { name: "Stop …" }));
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await typeInto(page, dialog.getByLabel(/^Why it may go on/u), "the form is mended");
    const unlock = dialog.getByRole("button", { name: "Unlock tool:form_fill" });
    await pressKey(page, unlock);
    await unlock.waitFor({ state: "detached" });
    const { locks } = await desk.ask<{ locks: { lock_id: string }[] }>("zoe", "GET", "/system");
    expect(locks.map(({ lock_id }) => lock_id)).not.toContain("tool:form_fill");
  });

  it("a developer tries a call, and sees what an approver would", async () => {
    const page = await at("dora", "/console/tools");
    const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
    await pressKey(page, card.locator("summary").first());
    const box = card.getByLabel(/^Try it/u);
    await tabTo(page, box);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type('{"contact_id": "c6", "fields": {"stage": "customer"}}');
    await pressKey(page, card.getByRole("button", { name: "Try it" }));
    await card.getByRole("row", { name: /stage .* "customer"/u }).waitFor();
  });

  it("an auditor verifies the record of an execution against a key", async () => {
    const execution = await desk.submit([
      { id: "read", steps: [{ tool: "memory_search", arguments: { query: "x" } }] },
    ]);
    await desk.ended(execution);
    const pem = await readFile(join(desk.folder, "keys", "signing-key.pub.pem"), "utf8");
    const page = await at("audrey", `/console/executions/${execution}`);
    await pressKey(page, page.getByRole("link", { name: "Verify its record" }));
    await tabTo(page, page.getByLabel("Public key (PEM)"));
    await page.keyboard.insertText(pem);
    await pressKey(page, page.getByRole("button", { name: "Verify" }));
    await page.getByRole("region", { name: "Report" }).getByRole("heading", { name: "OK" }).waitFor();
  });
});
