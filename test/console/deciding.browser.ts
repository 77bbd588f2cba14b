import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { planFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { pressKey, tabTo, typeInto } from "./keyboard.ts";
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
  /** Says when a screen reader is told so. */
  const heard = (page: Page, words: string | RegExp): Promise<void> =>
    page.locator('.for-readers[aria-live="polite"]').getByText(words, { exact: true }).waitFor();
  const bob = async (): Promise<Page> => {
    seat = await signIn(browser(), desk, "bob");
    return seat.page;
  };

  it("an approver finds a request, reads it, and approves what is on screen with the pointer", async () => {
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

  it("an approver is asked for the record's name before a HIGH call, and does all of it by keyboard", async () => {
    const execution = await desk.submit([{ id: "welcome", goal: "Say hello", steps: [mail("Welcome")] }]);
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    await page.getByText("read to the end first").waitFor();
    // A page on its way to its end is held up by the next key.
    await page.keyboard.press("End");
    await page.getByText("read to the end first").waitFor({ state: "detached" });
    await typeInto(page, page.getByLabel(/^Type .* to approve/u), "msgraph_send_email");
    await shoot(page, "request-high");
    await page.keyboard.press("Tab");
    expect(await approve.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
    await shoot(page, "request-decided");
  });

  it("an approver reads all of a long HIGH call and approves it with no other keys than Tab, Enter and letters", async () => {
    const lines = Array.from({ length: 90 }, (_, line) => `Line ${line} of what would be sent.`).join("\n");
    const long = { ...mail("Long"), arguments: { ...mail("Long").arguments, body: lines } };
    const [asked] = await desk.asked(await desk.submit([{ id: "long", steps: [long] }]));
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    const readOn = page.getByRole("button", { name: "Read on" });
    await tabTo(page, readOn);
    type Moved = { from: number; to: number; room: number };
    const moved: Moved[] = [];
    const place = () => page.evaluate<number>("scrollY");
    for (let from = await place(); (await readOn.count()) > 0; from = moved.at(-1)?.to ?? from) {
      const room = await page.evaluate<number>(
        `document.querySelector(".decide").getBoundingClientRect().top - document.querySelector(".top").offsetHeight`,
      );
      await page.keyboard.press("Enter");
      const went = async () => (await place()) > from || (await readOn.count()) === 0;
      await expect.poll(went).toBe(true);
      moved.push({ from, to: await place(), room });
    }
    expect(moved.length).toBeGreaterThan(2);
    expect(moved.filter(({ from, to, room }) => to - from > room)).toEqual([]);
    // One press too many decides nothing.
    await page.keyboard.press("Enter");
    const stands = () => page.getByLabel(/^Why/u).evaluate((box) => box === box.ownerDocument.activeElement);
    await expect.poll(stands).toBe(true);
    await typeInto(page, page.getByLabel(/^Type .* to approve/u), "msgraph_send_email");
    await pressKey(page, page.getByRole("button", { name: "Approve" }));
    await page.locator(".decided").getByText("It is approved by bob.").waitFor();
  });

  it("an approver tells an argument that clears a field from one that is not there, by eye and by ear", async () => {
    const execution = await desk.submit([{ id: "clearing", steps: [update("c1", { stage: null, owner: "eve" })] }]);
    const [asked] = await desk.asked(execution);
    const edited = { contact_id: "c1", fields: { owner: null } };
    await desk.ask("bob", "POST", `/approvals/${asked?.approval_id}/decision`, {
      ...{ decision: "edit", digest: asked?.digest, arguments: edited, comment: "the owner goes, the stage stays" },
    });
    const [anew] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByText("stage").first().waitFor();
    expect(await page.locator("dl.tree", { hasText: "owner" }).first().innerText()).toMatch(/stage\s+null/u);
    await goTo(page, `/console/requests/${anew?.approval_id}`);
    const changes = page.locator(".earlier li");
    await changes.first().waitFor();
    expect((await changes.allTextContents()).toSorted()).toEqual([
      '/fields/owner "eve" →becomes null',
      "/fields/stage null →becomes nothing",
    ]);
    expect(await page.locator("dl.tree").first().innerText()).toMatch(/owner\s+null/u);
  });

  it("an approver reads where a value comes from, what ran before, and what a no would stop", async () => {
    const find = { tool: "ghl_search", arguments: { query: "jonas.becker@marlow-finch.example" } };
    const contact_id = { $from: "s1", path: "/contact_id" };
    const change = { tool: "ghl_update_contact", arguments: { contact_id, fields: { stage: "customer" } } };
    const steps = [find, { ...change, after: ["s1"] }, { ...mail("Found you"), after: ["s2"] }];
    const execution = await desk.submit([{ id: "found", steps }]);
    const change_asked = (await desk.asked(execution, 2)).find(({ step_id }) => step_id === "s2");
    const page = await bob();
    await goTo(page, `/console/requests/${change_asked?.approval_id}`);
    await page.getByText("from the result of s1 /contact_id").waitFor();
    const around = page.getByRole("region", { name: "What hangs on it" });
    const fact = (name: string) => around.locator("dl > div").filter({ hasText: name }).locator("dd").innerText();
    expect([await fact("already ran"), await fact("a no stops")]).toEqual(["s1", "s3"]);
    await shoot(page, "request-around", true);
  });

  it("an operator who is asked what came of a call reads of it as of one that was sent, and what stops if it did not happen", async () => {
    const failure = { tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 };
    await planFailure(
      desk.server.stack.world,
      plannedFailure.parse({ failure_id: "unanswered", arguments: null, ...failure }),
    );
    const execution = await desk.submit([
      { id: "lost", steps: [mail("Lost"), { ...update("c9", { stage: "lead" }), after: ["s1"] }] },
    ]);
    const asked_first = (await desk.asked(execution)).find(({ step_id }) => step_id === "s1");
    await desk.ask("carol", "POST", `/approvals/${asked_first?.approval_id}/decision`, {
      decision: "approve",
      digest: asked_first?.digest,
    });
    const page = await bob();
    await expect.poll(async () => (await desk.asked(execution)).map(({ kind }) => kind)).toContain("reconcile");
    const question = (await desk.asked(execution)).find(({ kind }) => kind === "reconcile");
    await goTo(page, `/console/requests/${question?.approval_id}`);
    await page.getByText("Did this call happen?").waitFor();
    await page.getByRole("heading", { name: /^The call, as it was sent/iu }).waitFor();
    const around = page.getByRole("region", { name: "What hangs on it" });
    await around.getByText("its plan fails, and nothing that depends on it is made").waitFor();
    expect(
      await around.locator("div").filter({ hasText: "if it did not happen" }).getByRole("listitem").allInnerTexts(),
    ).toEqual(["s2"]);
    for (const words of ["a no stops", "made again just before the call", "would be new"]) {
      expect(await page.getByText(words).count()).toBe(0);
    }
    await shoot(page, "request-reconcile", true);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("an approver finds the buttons off when what is asked changes on screen, hears of it, and decides on what it is now", async () => {
    const execution = await desk.submit([{ id: "changing", steps: [update("c8", { stage: "lead" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    const approve = page.getByRole("button", { name: "Approve" });
    await page.locator(".end").scrollIntoViewIfNeeded();
    await expect.poll(() => approve.getAttribute("aria-disabled")).not.toBe("true");
    await page.route(new RegExp(`/approvals/${asked?.approval_id}$`, "u"), async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), digest: "f".repeat(64), summary: "deletes c8" } });
    });
    // The page asks at once when it comes back into view.
    await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await page.getByText("It has changed while it was on screen.").waitFor();
    await heard(page, "What this request asks has changed.");
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    expect(await page.getByRole("article").innerText()).not.toContain("deletes c8");
    await shoot(page, "request-changed");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Show what it is now" }).click();
    await page.getByText("deletes c8").waitFor();
    await page.locator(".end").scrollIntoViewIfNeeded();
    await expect.poll(() => approve.getAttribute("aria-disabled")).not.toBe("true");
    // Its digest is the one that is sent now, and no request of the server's has it.
    await approve.click();
    await page.getByRole("alert").first().waitFor();
    expect(await desk.asked(execution)).toMatchObject([{ digest: asked?.digest }]);
  });

  it("an approver sees that somebody else decided it meanwhile, and cannot decide it again", async () => {
    const execution = await desk.submit([{ id: "both", steps: [update("c1", { stage: "lead" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByRole("button", { name: "Approve" }).waitFor();
    const path = `/approvals/${asked?.approval_id}/decision`;
    await desk.ask("carol", "POST", path, { decision: "reject", digest: asked?.digest, comment: "not this one" });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.locator(".decided").getByText("It is rejected by carol: “not this one”.").waitFor();
    await heard(page, "It is rejected by carol: “not this one”.");
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });

  it("an approver hears of a request that comes while they look at something else", async () => {
    const page = await bob();
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.locator(".count").waitFor();
    await goTo(page, "/console/verify");
    await desk.asked(await desk.submit([{ id: "meanwhile", steps: [update("c7", { stage: "lead" })] }]));
    await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await heard(page, /^\d+ requests? waits? for you\.$/u);
  });

  it("an approver is told why a HIGH call of their own is not theirs to approve", async () => {
    const execution = await desk.submit([{ id: "own", steps: [mail("Own")] }], "bob");
    const [asked] = await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console/requests/${asked?.approval_id}`);
    await page.getByText(/Not all is yours to decide/u).waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Reject" }).count()).toBe(1);
  });

  it("an approver leaves a HIGH call that they have not opened out of a decision on many, and says so", async () => {
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

  it("an approver who decides many is told of each what became of the same call before: by whom, why, from what to what", async () => {
    const same = () => desk.submit([{ id: "again", steps: [update("c11", { stage: "lead" })] }]);
    const answer = async (execution: string, decision: object): Promise<void> => {
      const [asked] = await desk.asked(execution);
      const path = `/approvals/${asked?.approval_id}/decision`;
      await desk.ask("carol", "POST", path, { digest: asked?.digest, ...decision });
    };
    await answer(await same(), { decision: "reject", comment: "not this customer" });
    const given = { contact_id: "c11", fields: { stage: "prospect" } };
    await answer(await same(), { decision: "edit", comment: "one step less", arguments: given });
    const execution = await same();
    await desk.asked(execution);
    const page = await bob();
    await goTo(page, `/console?execution=${execution}`);
    await page.getByText("1 request of ").waitFor();
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    const item = page.locator(".items > li");
    await item.getByText(/The same call was rejected\s+by carol/u).waitFor();
    await item.getByText("not this customer").waitFor();
    const edited = item.locator(".earlier").filter({ hasText: /was edited\s+by carol/u });
    await edited.getByText("one step less").waitFor();
    expect(await edited.getByRole("listitem").innerText()).toMatch(/stage.*"lead".*"prospect"/su);
    await page.getByRole("button", { name: /^Approve 1/u }).waitFor();
    await shoot(page, "many-told-before");
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("an approver decides many in one act, with a result for each", async () => {
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
    await heard(page, /^Rejected: \d\. Refused: 0\.$/u);
    await shoot(page, "many-decided");
  });

  it("an approver hears and reads of the first of two approvals that it is not the last, by one and by many", async () => {
    const contract = await desk.ask<object>("tom", "GET", "/contracts/ghl_update_contact");
    await desk.ask("tom", "PUT", "/contracts/ghl_update_contact", { ...contract, approvals_required: 2 });
    const steps = [
      update("c4", { stage: "first" }),
      update("c5", { stage: "second" }),
      update("c6", { stage: "last" }),
    ];
    const execution = await desk.submit([{ id: "two_approvals", steps }]);
    const [first] = await desk.asked(execution, 3);
    const page = await bob();
    await goTo(page, `/console/requests/${first?.approval_id}`);
    await page.locator(".end").scrollIntoViewIfNeeded();
    await page.getByRole("button", { name: "Approve" }).click();
    await heard(page, /^Approved: 1 of 2 approvals\.$/u);
    await goTo(page, `/console?execution=${execution}`);
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    await page.getByRole("button", { name: "Approve 2" }).click();
    await page.getByText("✓ Approved: 1 of 2 approvals").first().waitFor();
    await page.getByText("Decided: 2 approved so far, more approvals needed.").waitFor();
    await shoot(page, "many-first-approvals");
  });
});
