import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

type Request = {
  approval_id: string;
  digest: string;
  status: string;
  decided_by: string | null;
  comment: string | null;
  votes: readonly { by: string }[];
};

/** The page asks at once when it comes back into view. */
const lookedAt = (page: Page): Promise<void> =>
  page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);

/** Everything goes wrong at the moment at which somebody decides. */
await describeInBrowser("an unlucky approver", (browser) => {
  let desk: Desk;
  const seats: Seat[] = [];
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    const left = seats.splice(0);
    expect(left.flatMap(({ reported }) => reported.errors)).toEqual([]);
    await Promise.all(left.map((seat) => seat.leave()));
  });
  const asked = async (id: string, contact: string): Promise<Request> => {
    const execution = await desk.submit([{ id, steps: [update(contact, { stage: id })] }]);
    const [found] = await desk.asked(execution);
    return stands(found?.approval_id ?? "");
  };
  const stands = (id: string): Promise<Request> => desk.ask("zoe", "GET", `/approvals/${id}`);
  const at = async (name: string, { approval_id }: Request): Promise<Page> => {
    const seat = await signIn(browser(), desk, name);
    seats.push(seat);
    await goTo(seat.page, `/console/requests/${approval_id}`);
    await seat.page.getByRole("button", { name: "Reject" }).waitFor();
    return seat.page;
  };
  const press = (page: Page, word: "Approve" | "Reject") => page.getByRole("button", { name: word }).click();
  const sessionEnds = async (page: Page): Promise<void> => {
    const refused = {
      status: 401,
      json: { type: "unauthorized", title: "no", status: 401, detail: "the token has expired" },
    };
    await page.route(/\/approvals|\/system/u, (route) => route.fulfill(refused));
    await lookedAt(page);
    await page.getByRole("alert").getByText("the token has expired").waitFor();
    await page.unroute(/\/approvals|\/system/u);
  };
  const signInByPasting = async (page: Page, link: string): Promise<void> => {
    await page.getByLabel("The link").fill(link);
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
  };

  it("an unlucky approver goes on with the words they were writing when their session ended", async () => {
    const request = await asked("expired", "c1");
    const page = await at("bob", request);
    await page.getByLabel(/^Why/u).fill("she asked for the other list");
    await sessionEnds(page);
    await shoot(page, "door-again");
    expect(await accessibilityFaults(page)).toEqual([]);
    await signInByPasting(page, desk.server.consoleLink("bob"));
    expect(await page.getByLabel(/^Why/u).inputValue()).toBe("she asked for the other list");
    await press(page, "Reject");
    await page.locator(".decided").getByText("It is rejected by bob").waitFor();
    expect(await stands(request.approval_id)).toMatchObject({ comment: "she asked for the other list" });
  });

  it("an unlucky approver leaves none of their words to somebody else who signs in on the same page", async () => {
    const page = await at("bob", await asked("shared", "c2"));
    await page.getByLabel(/^Why/u).fill("between us");
    await sessionEnds(page);
    await signInByPasting(page, desk.server.consoleLink("carol"));
    await page.getByText("signed in as carol").waitFor();
    expect(await page.getByLabel(/^Why/u).inputValue()).toBe("");
  });

  it("an unlucky approver is asked before loading the page anew would forget their words", async () => {
    const page = await at("bob", await asked("reloaded", "c8"));
    await page.getByLabel(/^Why/u).fill("half a reason");
    const question = page.waitForEvent("dialog");
    await page.evaluate("setTimeout(() => location.reload())");
    const dialog = await question;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    expect(await page.getByLabel(/^Why/u).inputValue()).toBe("half a reason");
  });

  it("an unlucky approver finds the words again after a look elsewhere", async () => {
    const request = await asked("elsewhere", "c3");
    const page = await at("bob", request);
    await page.getByLabel(/^Why/u).fill("not on a Friday");
    await goTo(page, "/console/health");
    await page.getByRole("heading", { name: "Health" }).waitFor();
    await page.goBack();
    expect(await page.getByLabel(/^Why/u).inputValue()).toBe("not on a Friday");
  });

  it("an unlucky approver presses at the same moment as another, and both see the one decision that counts", async () => {
    const request = await asked("both", "c4");
    const [bob, carol] = [await at("bob", request), await at("carol", request)];
    await carol.getByLabel(/^Why/u).fill("no");
    await Promise.all([press(bob, "Approve"), press(carol, "Reject")]);
    await Promise.all([bob, carol].map((page) => page.locator(".decided").waitFor()));
    const { status, decided_by } = await stands(request.approval_id);
    expect([
      ["approved", "bob"],
      ["rejected", "carol"],
    ]).toContainEqual([status, decided_by]);
    for (const page of [bob, carol]) {
      expect(await page.locator(".decided").innerText()).toContain(`It is ${status} by ${decided_by}`);
    }
  });

  it("an unlucky approver loses the connection before a decision arrives, keeps the words, and decides once it is back", async () => {
    const request = await asked("before", "c5");
    const page = await at("bob", request);
    await page.getByLabel(/^Why/u).fill("wrong month");
    await page.context().setOffline(true);
    await press(page, "Reject");
    await page.getByRole("alert").getByText("It may have been decided").waitFor();
    await shoot(page, "decision-lost");
    expect(await stands(request.approval_id)).toMatchObject({ status: "open" });
    await page.context().setOffline(false);
    await lookedAt(page);
    await page.getByText("Your decision is not on record.").waitFor();
    expect(await page.getByLabel(/^Why/u).inputValue()).toBe("wrong month");
    await press(page, "Reject");
    await page.locator(".decided").getByText("It is rejected by bob: “wrong month”.").waitFor();
  });

  it("an unlucky approver loses the connection after a decision arrived, and is shown that it counts, once", async () => {
    const request = await asked("after", "c6");
    const page = await at("bob", request);
    await page.route(/\/decision$/u, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await press(page, "Approve");
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
    expect((await stands(request.approval_id)).votes).toHaveLength(1);
  });

  it("an unlucky approver loses the answer to the first of two approvals, and is told that it counts", async () => {
    const contract = await desk.ask<object>("tom", "GET", "/contracts/ghl_update_contact");
    await desk.ask("tom", "PUT", "/contracts/ghl_update_contact", { ...contract, approvals_required: 2 });
    const request = await asked("two", "c9");
    const page = await at("bob", request);
    await page.route(/\/decision$/u, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await press(page, "Approve");
    await page.getByText("Your decision did arrive, though its answer did not: 1 of 2 approvals.").waitFor();
    expect(await page.getByText("not on record").count()).toBe(0);
    expect((await stands(request.approval_id)).votes).toHaveLength(1);
  });

  it("an unlucky approver is told where a page cannot be shown for the server's other version, and goes on at others", async () => {
    const page = await at("bob", await asked("versions", "c8"));
    await page.route(/\/health$/u, (route) => route.fulfill({ json: { of: "another version" } }));
    await page.getByRole("link", { name: "Health" }).click();
    const told = page.getByRole("alert").filter({ hasText: "This page cannot be shown" });
    await told.waitFor();
    await shoot(page, "page-of-another-version");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.unroute(/\/health$/u);
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Health" }).click();
    await page.getByRole("heading", { name: "Health", level: 1 }).waitFor();
    await told.waitFor({ state: "hidden" });
    await page.route(/\/executions\?text=other/u, (route) => route.fulfill({ json: { of: "another version" } }));
    await goTo(page, "/console/executions?text=other");
    await told.waitFor();
    await goTo(page, "/console/executions?text=versions");
    await page.getByRole("link", { name: /RUNNING versions/u }).waitFor();
    await told.waitFor({ state: "hidden" });
  });

  it("an unlucky approver opens a link to a search that was cut within its time, is told which part is wrong, and searches on", async () => {
    const page = await at("bob", await asked("cut", "c9"));
    await goTo(page, "/console/executions?text=cut&since=2026-11-29T10:00Z%E2%80%A6");
    await page.getByText("/query/since").waitFor();
    expect([await page.getByLabel("Since").inputValue(), await page.getByLabel("Text").inputValue()]).toEqual([
      "",
      "cut",
    ]);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: /RUNNING cut/u }).waitFor();
  });

  it("an unlucky approver works on in the same page after the server was started anew", async () => {
    const request = await asked("restarted", "c7");
    const page = await at("bob", request);
    await page.getByLabel(/^Why/u).fill("after the update");
    await desk.restart();
    await lookedAt(page);
    await press(page, "Reject");
    await page.locator(".decided").getByText("It is rejected by bob: “after the update”.").waitFor();
    expect(await stands(request.approval_id)).toMatchObject({ status: "rejected", decided_by: "bob" });
  });
});
