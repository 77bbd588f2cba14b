import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { COLLECTIONS } from "../../functions/tools/world/world.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { pressKey, typeInto } from "./keyboard.ts";
import { goTo, type Seat, shoot, signIn, windowOf } from "./page.ts";

/** A page changes while somebody looks at it. */
await describeInBrowser("a console that stays open", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const at = async (name: string, path: string): Promise<Page> => {
    seat = await signIn(browser(), desk, name);
    await goTo(seat.page, path);
    return seat.page;
  };
  const approveAt = async (request: { approval_id: string; digest: string } | undefined): Promise<void> => {
    const path = `/approvals/${request?.approval_id}/decision`;
    await desk.ask("bob", "POST", path, { decision: "approve", digest: request?.digest });
  };

  it("an open console leads from an approval whose preview no longer held to what is asked now, with the difference", async () => {
    const execution = await desk.submit([{ id: "drift", steps: [update("c1", { stage: "customer" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await at("bob", `/console/requests/${asked?.approval_id}`);
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.waitFor();
    const { world } = desk.server.stack;
    const found = await world.read(COLLECTIONS.ghlContacts, "c1");
    const author = { by: "somebody outside", mark: null };
    await world.write(
      COLLECTIONS.ghlContacts,
      "c1",
      { ...found?.value, stage: "churned" },
      found?.version ?? 0,
      author,
    );
    await approve.click();
    await page.getByRole("link", { name: "look at that" }).click();
    await page.getByRole("link", { name: /ghl_update_contact/u }).waitFor();
    const drift = page.locator(".drift");
    await drift.getByRole("row", { name: /stage .*qualified.*churned/u }).waitFor();
    await drift.getByRole("columnheader", { name: "is now" }).waitFor();
    await shoot(page, "request-drifted", true);
    await page.getByLabel(/^Why/u).fill("somebody is at it by hand");
    await page.getByRole("button", { name: "Reject" }).click();
    await page.locator(".decided").getByText("It is rejected by bob").waitFor();
  });

  it("an open console says that nobody answers, keeps what was true in view, and goes on when the connection is back", async () => {
    const first = await desk.submit([{ id: "before", steps: [update("c2", { stage: "lead" })] }]);
    await desk.asked(first);
    const page = await at("bob", "/console");
    const row = page.getByRole("link", { name: /ghl_update_contact/u });
    await row.first().waitFor();
    const before = await row.count();
    await page.context().setOffline(true);
    const second = await desk.submit([{ id: "meanwhile", steps: [update("c3", { stage: "lead" })] }]);
    await desk.asked(second);
    // The page asks at once when it comes back into view.
    const lookedAt = () => page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await lookedAt();
    await page.getByText(/no answer for .*this is how it was/u).waitFor();
    expect(await row.count()).toBe(before);
    await shoot(page, "connection-lost");
    await page.context().setOffline(false);
    await lookedAt();
    await page.getByText(/no answer for/u).waitFor({ state: "detached" });
    await expect.poll(() => row.count()).toBe(before + 1);
  });

  it("a console that stays open has a link followed that is clicked the moment it is there", async () => {
    seat = await windowOf(browser());
    // Runs as soon as the links are in the page, before anything is painted.
    await seat.page.addInitScript(`new MutationObserver((_, observer) => {
      const link = document.querySelector('nav[aria-label="Pages"] a[href="/console/executions"]');
      if (link === null) return;
      observer.disconnect();
      link.click();
    }).observe(document, { childList: true, subtree: true });`);
    await seat.page.goto(desk.server.consoleLink("omar"));
    await seat.page.getByRole("heading", { name: "Executions", level: 1 }).waitFor();
  });

  it("a console that stays open rolls an execution back after showing what that would undo, by keyboard", async () => {
    const execution = await desk.submit([{ id: "undo", steps: [update("c4", { stage: "customer" }), mail("Kept")] }]);
    const open = await desk.asked(execution, 2);
    for (const request of open) await approveAt(request);
    await desk.ended(execution);
    const page = await at("omar", `/console/executions/${execution}`);
    await pressKey(page, page.getByRole("button", { name: "Roll back …" }));
    await page.getByText("would be undone").waitFor();
    await shoot(page, "roll-back");
    await typeInto(page, page.getByLabel(/^Why; kept/u), "signed by mistake");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await desk.server.stack.world.read(COLLECTIONS.ghlContacts, "c4"))?.value.stage, {
        timeout: 20_000,
      })
      .not.toBe("customer");
    await page.getByText("ROLLED BACK").first().waitFor();
  });
});
