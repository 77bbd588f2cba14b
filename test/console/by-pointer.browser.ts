import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { COLLECTIONS } from "../../functions/tools/world/world.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { type Seat, signIn } from "./page.ts";

await describeInBrowser("everybody's work with the pointer alone, but for what is written", (browser) => {
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
  /** At the inbox: from there on everything is reached by what is seen. */
  const enter = async (name: string): Promise<Page> => {
    seat = await signIn(browser(), desk, name);
    return seat.page;
  };
  /** The pointer goes there once the page has come to rest and nothing is in its way, and is pressed. */
  const press = async (target: Locator): Promise<void> => {
    await target.click({ trial: true });
    const box = await target.boundingBox();
    if (box === null) throw new Error(`${target} is not to be seen`);
    await target.page().mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  };
  const write = async (target: Locator, text: string): Promise<void> => {
    await press(target);
    await target.page().keyboard.insertText(text);
  };
  const stageOf = async (contact: string): Promise<unknown> =>
    (await desk.server.stack.world.read(COLLECTIONS.ghlContacts, contact))?.value.stage;

  it("an approver changes what is asked for, and approves what is asked then", async () => {
    await desk.asked(await desk.submit([{ id: "too_far", steps: [update("c1", { stage: "customer" })] }]));
    const page = await enter("bob");
    await press(page.getByRole("link", { name: /ghl_update_contact/u }));
    await press(page.getByRole("button", { name: "Change it …" }));
    const box = page.getByLabel("fields");
    await box.fill('{"stage": "lead"}');
    await write(page.getByLabel(/^Why/u), "not signed yet");
    await press(page.getByRole("button", { name: "Ask for this instead" }));
    await page.locator(".decided").getByText("It is edited by bob").waitFor();
    await press(page.getByRole("link", { name: "look at that" }));
    await page
      .getByRole("row", { name: /stage .*lead/u })
      .first()
      .waitFor();
    await press(page.getByRole("button", { name: "Approve" }));
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
    await expect.poll(() => stageOf("c1"), { timeout: 20_000 }).toBe("lead");
  });

  it("an operator aborts an execution", async () => {
    await desk.asked(await desk.submit([{ id: "wrong_list", steps: [update("c2", { stage: "lead" })] }]));
    const page = await enter("omar");
    await press(page.getByRole("link", { name: "Executions" }));
    await press(page.getByRole("link", { name: /wrong_list/u }));
    await press(page.getByRole("button", { name: "Abort …" }));
    await write(page.getByLabel(/^Why; kept/u), "the list is old");
    await press(page.getByRole("button", { name: "Abort", exact: true }));
    await page.getByText("omar told it to stop: the list is old").waitFor();
    await page.getByText("ABORTED").first().waitFor();
  });

  it("an operator stops a tool, lets it go on with a second person, and resumes what was held", async () => {
    const execution = await desk.submit([{ id: "held", steps: [update("c3", { stage: "customer" })] }]);
    await desk.asked(execution);
    const page = await enter("omar");
    await press(page.getByRole("button", { name: "Stop …" }));
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await press(dialog.getByRole("radio", { name: "One tool" }));
    await write(dialog.getByLabel("Its name"), "ghl_update_contact");
    await write(dialog.getByLabel(/^Why; kept/u), "it writes nonsense");
    await press(dialog.getByRole("button", { name: "Stop it" }));
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await press(dialog.getByRole("button", { name: "Close" }));
    await page.getByText("Locked: tool:ghl_update_contact by omar").waitFor();
    await seat.leave();
    const other = await enter("olga");
    await press(other.getByRole("button", { name: "Stop …" }));
    await write(other.getByLabel(/^Why it may go on/u), "it was the mock");
    await press(other.getByRole("button", { name: "Unlock tool:ghl_update_contact" }));
    await other.getByRole("region", { name: "Locks that hold" }).waitFor({ state: "detached" });
    await press(other.getByRole("button", { name: "Close" }));
    await press(other.getByRole("link", { name: "Executions" }));
    await press(other.getByRole("link", { name: /held/u }));
    await press(other.getByRole("button", { name: "Resume …" }));
    await write(other.getByLabel(/^Why; kept/u), "unlocked");
    await press(other.getByRole("button", { name: "Resume", exact: true }));
    await other.getByText("RUNNING").first().waitFor();
  });

  it("an operator rolls back what was done, after seeing what that would undo", async () => {
    const before = await stageOf("c4");
    const execution = await desk.submit([{ id: "too_soon", steps: [update("c4", { stage: "customer" })] }]);
    const [request] = await desk.asked(execution);
    const path = `/approvals/${request?.approval_id}/decision`;
    await desk.ask("bob", "POST", path, { decision: "approve", digest: request?.digest });
    await desk.ended(execution);
    const page = await enter("omar");
    await press(page.getByRole("link", { name: "Executions" }));
    await press(page.getByRole("link", { name: /too_soon/u }));
    await press(page.getByRole("button", { name: "Roll back …" }));
    await page.getByText("would be undone").waitFor();
    await write(page.getByLabel(/^Why; kept/u), "signed by mistake");
    await press(page.getByRole("button", { name: "Roll back", exact: true }));
    await page.getByText("ROLLED BACK").first().waitFor();
    await expect.poll(() => stageOf("c4"), { timeout: 20_000 }).toBe(before);
  });

  it("a developer tries a call, and sees what an approver would", async () => {
    const page = await enter("dora");
    await press(page.getByRole("link", { name: "Tools" }));
    const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
    await press(card.locator("summary").first());
    await card.getByLabel(/^Try it/u).fill('{"contact_id": "c5", "fields": {"stage": "customer"}}');
    await press(card.getByRole("button", { name: "Try it" }));
    await card.getByRole("row", { name: /stage .* "customer"/u }).waitFor();
  });

  it("a developer is told what a call lacks", async () => {
    const page = await enter("dora");
    await press(page.getByRole("link", { name: "Tools" }));
    const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
    await press(card.locator("summary").first());
    await card.getByLabel(/^Try it/u).fill('{"contact_id": "c6"}');
    await press(card.getByRole("button", { name: "Try it" }));
    await card.getByRole("alert").getByText("fields").first().waitFor();
  });

  it("an auditor verifies the record of an execution against a key", async () => {
    const steps = [{ tool: "memory_search", arguments: { query: "x" } }];
    await desk.ended(await desk.submit([{ id: "looked_up", steps }]));
    const pem = await readFile(join(desk.folder, "keys", "signing-key.pub.pem"), "utf8");
    const page = await enter("audrey");
    await press(page.getByRole("link", { name: "Executions" }));
    await press(page.getByRole("link", { name: /looked_up/u }));
    await press(page.getByRole("link", { name: "Verify its record" }));
    await write(page.getByLabel("Public key (PEM)"), pem);
    await press(page.getByRole("button", { name: "Verify" }));
    await page.getByRole("region", { name: "Report" }).getByRole("heading", { name: "OK" }).waitFor();
  });
});
