import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ExecutionDetail } from "../../functions/api/schemas.ts";
import { clearFailures, planFailure } from "../../functions/tools/failure-plan.ts";
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

  it("an operator finds an execution by its text and sees why it stands still", async () => {
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

  it("an operator reads which steps are in each other's way, and what happened, the newest first", async () => {
    const page = await omar(`/console/executions/${execution}`);
    const conflicts = page.getByRole("region", { name: "Conflicts" }).getByRole("listitem");
    const both = conflicts.filter({ hasText: /s1.*↔.*s3/su });
    await both.getByText("RESOURCE CONFLICT").waitFor();
    expect(await both.innerText()).toMatch(/resolved[\s\S]*ghl:contact:c1/u);
    await page.getByText("What happened, event by event").click();
    const events = page.locator(".timeline").getByRole("listitem");
    await events.filter({ hasText: "approval requested" }).first().waitFor();
    await events
      .filter({ hasText: /submitted.*by alice/su })
      .first()
      .waitFor();
    const times = await page
      .locator(".timeline time")
      .evaluateAll((all) => all.map((time) => String(time.getAttribute("datetime"))));
    expect(times).toEqual(times.toSorted().toReversed());
    await shoot(page, "execution-events", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await both.getByRole("link").first().click();
    await page.getByRole("region", { name: "Step", exact: true }).getByRole("heading", { level: 2 }).waitFor();
  });

  it("an operator reads how long the oldest request has waited, and how often an agent was as right as it was sure", async () => {
    const done = await desk.submit([{ id: "done", steps: [update("c5", { stage: "customer" })] }]);
    const [asked] = await desk.asked(done);
    const path = `/approvals/${asked?.approval_id}/decision`;
    await desk.ask("bob", "POST", path, { decision: "approve", digest: asked?.digest });
    await desk.ended(done);
    type Calibration = { agents: unknown[] };
    await expect
      .poll(async () => (await desk.ask<Calibration>("zoe", "GET", "/calibration")).agents, { timeout: 20_000 })
      .toHaveLength(1);
    const page = await omar("/console/health");
    const foretold = page.getByRole("region", { name: /^How well each agent foretells/u });
    await foretold.getByText(/crm_agent stated 95 %, \d of \d came out \(100 %\): too few to compare/u).waitFor();
    await page
      .getByRole("region", { name: "Not proven yet" })
      .getByText(/ghl_update_contact: 1 good outcome, 17 more/u)
      .waitFor();
    await page.getByText(/^\d+ requests, the oldest for \d/u).waitFor();
    await shoot(page, "health-known", true);
    expect(await accessibilityFaults(page)).toEqual([]);
    const oldest = (await desk.asked(execution, 2)).map(({ approval_id }) => approval_id);
    await page.getByRole("link", { name: "the oldest" }).click();
    await page.getByRole("button", { name: "Reject" }).waitFor();
    expect(oldest.some((id) => page.url().endsWith(id))).toBe(true);
  });

  it("an operator sees and hears a step go on while looking at it", async () => {
    const live = await desk.submit([{ id: "going_on", steps: [update("c6", { stage: "customer" })] }]);
    const [asked] = await desk.asked(live);
    const page = await omar(`/console/executions/${live}`);
    const ladder = (words: RegExp) => page.getByRole("img", { name: words });
    await ladder(/^Ladder: .*APPROVAL now, LIVE ahead$/u).waitFor();
    const path = `/approvals/${asked?.approval_id}/decision`;
    await desk.ask("bob", "POST", path, { decision: "approve", digest: asked?.digest });
    await ladder(/^Ladder: .*LIVE done$/u).waitFor();
    await page.locator('[aria-live="polite"]').getByText("SUCCEEDED: 1 step, 1 finished.").waitFor();
  });

  it("an operator stops everything from any page, sees that nothing can run, and cannot unlock alone", async () => {
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

  it("an operator presses stop while twenty calls run, and sees their list count down to none", async () => {
    const { world } = desk.server.stack;
    const tools = ["ghl_search", "mployer_search"];
    for (const tool_name of tools) {
      const slow = { failure_id: tool_name, tool_name, arguments: null, rung: "call", kind: "slow" } as const;
      await planFailure(world, { ...slow, times: null, delay_ms: 6_000, message: "takes its time" });
    }
    const page = await omar("/console");
    await page.getByRole("button", { name: "Stop …" }).click();
    const dialog = page.getByRole("dialog", { name: "Stop calls" });
    await dialog.getByLabel(/^Why; kept/u).fill("something is off");
    const calls = Array.from({ length: 20 }, (_, place) => ({
      tool: place < 10 ? "ghl_search" : "mployer_search",
      arguments: { query: `number ${place}` },
    }));
    await desk.submit([{ id: "twenty", steps: calls }], "alice", { max_live_escalations: 20 });
    const running = async () =>
      (await desk.ask<{ in_flight: { count: number } }>("zoe", "GET", "/system")).in_flight.count;
    await expect.poll(running, { interval: 50, timeout: 30_000 }).toBe(20);
    await dialog.getByRole("button", { name: "Stop everything" }).click();
    await dialog.getByText("20 calls can still run.").waitFor();
    const counting = dialog.locator(".countdown").first();
    const before = Number.parseInt(await counting.innerText(), 10);
    await shoot(page, "stopping");
    expect(await accessibilityFaults(page)).toEqual([]);
    await expect.poll(async () => Number.parseInt(await counting.innerText(), 10)).toBeLessThan(before);
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await clearFailures(world);
    await desk.ask("olga", "POST", "/system/unlock", { scope: { kind: "everything" }, reason: "all clear" });
  });

  it("an operator aborts an execution while a call of it runs, and sees which, and what the answer warns of", async () => {
    const { world } = desk.server.stack;
    const slow = { failure_id: "slow", tool_name: "ghl_search", arguments: null, rung: "call", kind: "slow" } as const;
    await planFailure(world, { ...slow, times: null, delay_ms: 6_000, message: "takes its time" });
    const aborted = await desk.submit([{ id: "one", steps: [{ tool: "ghl_search", arguments: { query: "ann" } }] }]);
    const page = await omar(`/console/executions/${aborted}`);
    const warning = "it holds, and the audit may not say so yet";
    await page.route(/\/abort$/u, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...Object(await response.json()), warning } });
    });
    await page.getByRole("button", { name: "Abort …" }).click();
    await page.getByLabel(/^Why; kept/u).fill("the list is old");
    const running = async () =>
      (await desk.ask<{ in_flight: { count: number } }>("zoe", "GET", "/system")).in_flight.count;
    await expect.poll(running, { interval: 50, timeout: 30_000 }).toBe(1);
    await page.getByRole("button", { name: "Abort", exact: true }).click();
    await page.getByText("1 call can still run.").waitFor();
    await page.getByText(warning).waitFor();
    await shoot(page, "aborting");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByText("Nothing of it can run any more.").waitFor();
    await clearFailures(world);
  });

  it("an operator scrolls through 10,000 steps, of which the page holds those in view", async () => {
    const real = await desk.ask<ExecutionDetail>("zoe", "GET", `/executions/${execution}?steps_limit=1`);
    const page = await omar("/console");
    await page.route(/\/executions\/many\?/u, (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get("next") ?? 0);
      const steps = Array.from({ length: 1_000 }, (_, place) => ({
        ...real.steps[0],
        step_id: `step-${from + place}`,
      }));
      const next = from + 1_000 < 10_000 ? String(from + 1_000) : null;
      return route.fulfill({ json: { ...real, execution_id: "many", step_count: 10_000, steps, next } });
    });
    await goTo(page, "/console/executions/many");
    const list = page.getByRole("list", { name: "10000 steps" });
    await list.waitFor();
    const box = page.locator(".windowed");
    await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await list.getByText("step-9999", { exact: true }).waitFor();
    expect(await list.getByRole("listitem").count()).toBeLessThan(200);
    await shoot(page, "execution-10000");
    await list.getByRole("link", { name: /step-9999/u }).focus();
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate<string>("document.activeElement.textContent")).toContain("step-9998");
  });
});
