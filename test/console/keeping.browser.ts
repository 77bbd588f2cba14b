import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { type Desk, startDesk, update } from "./desk.ts";
import { pressKey } from "./keyboard.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

const MCP = join(import.meta.dirname, "../../examples/mcp");

/** The console as those see it who keep the addresses, the contracts and the switch. */
await describeInBrowser("somebody who keeps Buddy, at the console", (browser) => {
  let desk: Desk;
  let receiver: WebhookReceiver;
  let folder: string;
  let seat: Seat | undefined;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    folder = await mkdtemp(join(tmpdir(), "buddy-notes-"));
    const tools = join(folder, "tools.json");
    await copyFile(join(MCP, "tools.json"), tools);
    const args = [join(MCP, "server.ts"), tools, join(folder, "notes.json")];
    desk = await startDesk({
      allowed_hosts: [receiver.host],
      allowed_commands: [[process.execPath, ...args].join(" ")],
    });
    await desk.ask("tom", "PUT", "/servers/notes", { server: "notes", kind: "stdio", command: process.execPath, args });
    const { contracts }: { contracts: { tool_name: string }[] } = JSON.parse(
      await readFile(join(MCP, "contracts.json"), "utf8"),
    );
    for (const contract of contracts) await desk.ask("tom", "PUT", `/contracts/${contract.tool_name}`, contract);
    const described = await readFile(tools, "utf8");
    await writeFile(tools, described.replace("Adds a note to the team's notes", "Adds a note, and tells everybody"));
  });
  afterAll(async () => {
    await desk.stop();
    await receiver.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const tom = async (path: string): Promise<Page> => {
    seat = await signIn(browser(), desk, "tom");
    await goTo(seat.page, path);
    return seat.page;
  };

  it("an administrator sees which event an address did not take, and sends it again", async () => {
    type Added = { webhook: { webhook_id: string }; secret: string };
    const { webhook, secret } = await desk.ask<Added>("tom", "POST", "/webhooks", {
      url: receiver.url,
      description: "the desk's board",
      event_types: ["ApprovalRequested"],
    });
    receiver.trust(secret);
    receiver.misbehave(503);
    const page = await tom("/console/webhooks");
    await page.getByRole("link", { name: /the desk's board/u }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await receiver.until(1);
    const first = page.getByRole("listitem").filter({ hasText: "WebhookTest" }).first();
    const firstNow = async () => {
      // The page asks at once when it comes back into view.
      await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
      return first.innerText();
    };
    await expect.poll(firstNow, { timeout: 20_000 }).toContain("503");
    expect(await first.innerText()).toMatch(/waiting[\s\S]*not tried before/u);
    await shoot(page, "deliveries");
    expect(await accessibilityFaults(page)).toEqual([]);
    await first.getByRole("button", { name: /^Send again/u }).click();
    await receiver.until(2);
    await expect.poll(firstNow, { timeout: 20_000 }).toContain("delivered");
    // Once more by itself, too, where its own next try falls due before the press.
    expect(receiver.received.length).toBeGreaterThanOrEqual(2);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    await desk.ask("tom", "DELETE", `/webhooks/${webhook.webhook_id}`);
  });

  it("an administrator takes up an address that was disabled, which is told again from then on", async () => {
    type Added = { webhook: { webhook_id: string }; secret: string };
    const { webhook, secret } = await desk.ask<Added>("tom", "POST", "/webhooks", { url: receiver.url });
    receiver.trust(secret);
    receiver.misbehave(410);
    const page = await tom(`/console/webhooks/${webhook.webhook_id}`);
    const before = receiver.received.length;
    await page.getByRole("button", { name: "Send a test" }).click();
    await receiver.until(before + 1);
    type Standing = { webhooks: { webhook_id: string; status: string }[] };
    const status = async () =>
      (await desk.ask<Standing>("tom", "GET", "/webhooks")).webhooks.find(
        ({ webhook_id }) => webhook_id === webhook.webhook_id,
      )?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe("disabled");
    // The page asks at once when it comes back into view.
    await page.evaluate<void>(`document.dispatchEvent(new Event("visibilitychange"))`);
    await page.getByText("It is told of nothing more").waitFor();
    await shoot(page, "disabled");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Take it up again" }).click();
    await page.getByText("It is told of nothing more").waitFor({ state: "detached" });
    expect(await status()).toBe("active");
    await page.getByRole("button", { name: "Send a test" }).click();
    await receiver.until(before + 2);
    expect(receiver.received.at(-1)).toMatchObject({ verified: true });
    await desk.ask("tom", "DELETE", `/webhooks/${webhook.webhook_id}`);
  });

  it("an administrator reads what an MCP server says otherwise than it was read, and accepts it", async () => {
    await desk.ask("tom", "POST", "/contracts/note_add/try", { arguments: { text: "hello" } });
    const page = await tom("/console/tools");
    const notice = page.locator(".notice").filter({ hasText: "note_add" });
    await notice.getByText("goes no higher than DRY_RUN").waitFor();
    await notice.getByRole("row", { name: /Adds a note to the team's notes.*tells everybody/u }).waitFor();
    await shoot(page, "quarantined");
    expect(await accessibilityFaults(page)).toEqual([]);
    await notice.getByRole("button", { name: "Accept note_add as it is described now" }).click();
    await notice.waitFor({ state: "detached" });
    type Definitions = { definitions: { quarantined: boolean; accepted: { accepted_by: string }[] }[] };
    const { definitions } = await desk.ask<Definitions>("zoe", "GET", "/contracts/note_add/definitions");
    expect(definitions.some(({ quarantined }) => quarantined)).toBe(false);
    expect(definitions.flatMap(({ accepted }) => accepted.map((each) => each.accepted_by))).toEqual(["tom"]);
  });

  it("an administrator accepts by keyboard alone what an MCP server says by now", async () => {
    const tools = join(folder, "tools.json");
    const described = await readFile(tools, "utf8");
    await writeFile(tools, described.replace("and tells everybody", "and tells the whole world"));
    await desk.ask("tom", "POST", "/contracts/note_add/try", { arguments: { text: "hello" } });
    const page = await tom("/console/tools");
    const accept = page.getByRole("button", { name: "Accept note_add as it is described now" });
    await pressKey(page, accept);
    await accept.waitFor({ state: "detached" });
    type Definitions = { definitions: { quarantined: boolean }[] };
    const { definitions } = await desk.ask<Definitions>("zoe", "GET", "/contracts/note_add/definitions");
    expect(definitions.filter(({ quarantined }) => quarantined)).toEqual([]);
  });

  it("an administrator compares the versions of a contract, and confirms one that lowers a guard only as a second person", async () => {
    type Contract = Record<string, unknown>;
    const contract = await desk.ask<Contract>("zoe", "GET", "/contracts/form_fill");
    const slower = { ...contract, timeout_seconds: 44 };
    await desk.ask("olga", "PUT", "/contracts/form_fill", slower);
    const unasked = { ...slower, requires_approval: false, approvals_required: 0 };
    await desk.ask("olga", "PUT", "/contracts/form_fill", unasked);
    const page = await tom("/console/tools");
    const notice = page.locator(".notice").filter({ hasText: "waits for a second person" });
    await notice.getByRole("row", { name: /approvals_required 1 0/u }).waitFor();
    await page.getByText("form_fill", { exact: true }).last().click();
    await page.getByText("Its versions, and what each changed").click();
    await page.getByText("Version 2, from 1").click();
    await page.getByRole("row", { name: /timeout_seconds \d+ 44/u }).waitFor();
    await shoot(page, "versions");
    expect(await accessibilityFaults(page)).toEqual([]);
    await notice.getByRole("button", { name: "Confirm version 3 of form_fill" }).click();
    await notice.waitFor({ state: "detached" });
    expect(await desk.ask<Contract>("zoe", "GET", "/contracts/form_fill")).toMatchObject({ approvals_required: 0 });
  });

  it("an administrator gives a request more time, and switches LIVE off and on with a reason", async () => {
    const execution = await desk.submit([{ id: "later", steps: [update("c1", { stage: "customer" })] }]);
    const [asked] = await desk.asked(execution);
    type Request = { expires_at: string };
    const path = `/approvals/${asked?.approval_id}`;
    const before = await desk.ask<Request>("zoe", "GET", path);
    const page = await tom(`/console/requests/${asked?.approval_id}`);
    await page.getByText("Give it more time").first().click();
    await page.getByLabel("How much").selectOption("3600");
    await page.getByLabel("A reason").fill("Ann is back tomorrow");
    await page.getByRole("button", { name: "Give it more time" }).click();
    const hours = async () => {
      const { expires_at } = await desk.ask<Request>("zoe", "GET", path);
      return (Date.parse(expires_at) - Date.parse(before.expires_at)) / 3_600_000;
    };
    await expect.poll(hours).toBe(1);
    await page.getByRole("button", { name: "Stop …" }).click();
    const dialog = page.getByRole("dialog");
    const flick = async (word: string) => {
      await dialog.getByLabel(/^Why it is switched/u).fill("the night shift");
      await dialog.getByRole("button", { name: `Switch LIVE ${word}` }).click();
    };
    await dialog.getByText("LIVE is on").click();
    await flick("off");
    await dialog.getByText("Nothing of it can run any more.").waitFor();
    await dialog.getByText("LIVE is off").waitFor();
    await shoot(page, "live-off");
    expect(await accessibilityFaults(page)).toEqual([]);
    await flick("on");
    await dialog.getByText("LIVE is on").waitFor();
  });

  it("an administrator is offered more time for a request as long as the API gives it: to a year, and not when it is over", async () => {
    const execution = await desk.submit([{ id: "long", steps: [update("c2", { stage: "lead" })] }]);
    const [asked] = await desk.asked(execution);
    const page = await tom("/console");
    const path = `/approvals/${asked?.approval_id}`;
    const request = await desk.ask<object>("tom", "GET", path);
    let remaining_seconds = 0;
    await page.route(
      ({ pathname }) => pathname === path,
      (route) => route.fulfill({ json: { ...request, remaining_seconds } }),
    );
    const offered = async (): Promise<string[]> => {
      await goTo(page, "/console");
      await goTo(page, `/console/requests/${asked?.approval_id}`);
      await page.locator("article .left").waitFor();
      return page.locator(".more-time option").allTextContents();
    };
    expect(await offered()).toEqual([]);
    remaining_seconds = 31_536_000 - 30_000;
    expect(await offered()).toEqual(["1 h", "8 h"]);
    remaining_seconds = 31_536_000;
    expect(await offered()).toEqual([]);
    remaining_seconds = 3_600;
    expect(await offered()).toEqual(["1 h", "8 h", "1 d", "3 d"]);
  });
});
