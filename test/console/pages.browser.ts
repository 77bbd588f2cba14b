import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn, windowOf } from "./page.ts";

const MARKUP = '<img src=x onerror="document.title=1"><a href="https://evil.example">click</a>';
const HIDDEN = "pay\u202e0001\u202c to \u200bAnn \u001b[2J";
/** As much of an element as is asked for here: tests run outside of the page, and know none of its types. */
type Described = {
  readonly textContent: string;
  readonly ownerDocument: { getElementById(id: string): { readonly textContent: string } | null };
  getAttribute(name: string): string | null;
};

/** No colour is on its way to another one while it is looked at. */
const STILL = { reducedMotion: "reduce" } as const;

const WIDTHS = [360, 768, 1440, 2560];

/** Words of the console's own, not of names or of texts of others, that the page breaks inside of themselves. */
const BROKEN_WORDS = `(() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const within = text.parentElement;
    if (within.closest("h1, code, bdi, strong, option, .tool, .mono, .for-readers, .names") !== null) continue;
    if (!within.checkVisibility()) continue;
    for (const word of text.data.matchAll(/[^\\s-]+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => top));
      if (lines.size > 1 && word[0].length < 20) broken.push(word[0] + " is broken in " + within.localName);
    }
  }
  return broken;
})()`;

await describeInBrowser("every page of the console", (browser) => {
  let desk: Desk;
  let receiver: WebhookReceiver;
  let seat: Seat | undefined;
  let paths: Readonly<Record<string, string>>;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    desk = await startDesk({ allowed_hosts: [receiver.host] });
    const hostile = { ...mail(HIDDEN, `${MARKUP}\n${"w".repeat(20_000)}`), rationale: `${MARKUP} ${HIDDEN}` };
    const execution = await desk.submit([
      { id: "hostile", goal: `${MARKUP} ${HIDDEN} ${"g".repeat(2_000)}`, steps: [hostile] },
      { id: "tidy", goal: "Keep the CRM tidy", steps: [update("c2", { stage: "customer" })] },
    ]);
    const asked = await desk.asked(execution, 2);
    const request = asked.find(({ tool_name }) => tool_name === "msgraph_send_email");
    paths = {
      inbox: "/console",
      request: `/console/requests/${request?.approval_id}`,
      executions: "/console/executions",
      execution: `/console/executions/${execution}`,
      step: `/console/executions/${execution}/steps/${request?.step_id}`,
      people: "/console/people",
      health: "/console/health",
      tools: "/console/tools",
      deliveries: "/console/webhooks",
      delivery: await refusedDelivery(),
      verify: "/console/verify",
    };
    await changedRecord(execution);
  });
  afterAll(async () => {
    await desk.stop();
    await receiver.stop();
  });
  /** @returns the page of an address with a long name, which did not take what it was sent */
  const refusedDelivery = async (): Promise<string> => {
    type Added = { webhook: { webhook_id: string } };
    const description = `the desk's board ${"b".repeat(150)}`;
    const { webhook } = await desk.ask<Added>("tom", "POST", "/webhooks", { url: receiver.url, description });
    receiver.misbehave(503);
    await desk.ask("tom", "POST", `/webhooks/${webhook.webhook_id}/test`, {});
    await receiver.until(1);
    return `/console/webhooks/${webhook.webhook_id}`;
  };
  /** Saves a record in which somebody wrote another subject. */
  const changedRecord = async (execution: string): Promise<void> => {
    await mkdir(join(desk.folder, "changed"));
    const lines = await desk.recordOf(execution);
    await writeFile(join(desk.folder, "changed", "record.ndjson"), lines.replaceAll("customer", "c".repeat(5_000)));
  };
  const verifyChanged = async (page: Page): Promise<void> => {
    await page.getByLabel(/folder that/u).setInputFiles(join(desk.folder, "changed"));
    await page.getByText("1 file: no server is asked.").waitFor();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByRole("region", { name: "Report" }).getByRole("heading", { name: "TAMPERED" }).waitFor();
  };
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const quiet = (page: Page): Promise<void> => page.locator(".loading").first().waitFor({ state: "detached" });
  const overflow = (page: Page): Promise<number> =>
    page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  it.each(["light", "dark"] as const)(
    "every page of the console has nothing that axe-core finds, %s",
    async (colorScheme) => {
      seat = await signIn(browser(), desk, "bob", { colorScheme });
      const found: string[] = [];
      for (const [name, path] of Object.entries(paths)) {
        await goTo(seat.page, path);
        await quiet(seat.page);
        found.push(...(await accessibilityFaults(seat.page)).map((fault) => `${name}: ${fault}`));
        await shoot(seat.page, `${name}-${colorScheme}`);
      }
      expect(found).toEqual([]);
    },
  );

  it("every page of the console fits into every width, with its buttons in view", async () => {
    seat = await signIn(browser(), desk, "bob");
    const health = await desk.ask<object>("zoe", "GET", "/health");
    await seat.page.route(
      ({ pathname }) => pathname === "/health",
      (route) => route.fulfill({ json: { ...health, health_score: 71.33, health_status: "DEGRADED" } }),
    );
    const found: string[] = [];
    for (const width of WIDTHS) {
      await seat.page.setViewportSize({ width, height: 800 });
      for (const [name, path] of Object.entries(paths)) {
        await goTo(seat.page, path);
        await quiet(seat.page);
        if ((await overflow(seat.page)) > 0)
          found.push(`${name} at ${width} px is ${await overflow(seat.page)} px too wide`);
        const broken = await seat.page.evaluate<string[]>(BROKEN_WORDS);
        found.push(...broken.map((word) => `${name} at ${width} px: ${word}`));
        if (width !== 1440) await shoot(seat.page, `${name}-${width}`);
      }
      await goTo(seat.page, paths.request ?? "");
      const box = await seat.page.getByRole("button", { name: "Reject" }).boundingBox();
      if (box === null || box.y + box.height > 800) found.push(`the buttons are out of view at ${width} px`);
    }
    expect(found).toEqual([]);
  });

  it.each([
    ["at 200 % zoom", 180, "100%"],
    ["with text of twice its size", 360, "200%"],
  ])("every page fits into 360 px %s, and nothing stands before what is read", async (_what, width, text) => {
    seat = await signIn(browser(), desk, "bob", { viewport: { width, height: 370 } });
    const { page } = seat;
    await page.evaluate(`document.documentElement.style.fontSize = "calc(0.9375 * ${text})"`);
    const found: string[] = [];
    for (const [name, path] of Object.entries(paths)) {
      await goTo(page, path);
      await quiet(page);
      if ((await overflow(page)) > 0) found.push(`${name} is ${await overflow(page)} px too wide`);
      await shoot(page, `${name}-${width}-${Number.parseInt(text, 10)}`);
    }
    expect(found).toEqual([]);
    const fixed = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".top, .decide")].map((part) => getComputedStyle(part).position)`,
    );
    expect(new Set(fixed)).toEqual(new Set(["static"]));
  });

  /** The states of pages that somebody reaches by pressing, each with the way there. */
  const UNFOLDED: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    "decide-many": async (page) => {
      await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
      await page.getByRole("link", { name: "Look at all of them and decide" }).click();
      await page.getByRole("button", { name: /^Reject \d/u }).waitFor();
    },
    edit: async (page) => {
      await goTo(page, paths.request ?? "");
      await page.getByRole("button", { name: "Change it …" }).click();
      await page.getByLabel("subject").waitFor();
      await page.getByText("reads in full: pay⟨U+202E⟩0001⟨U+202C⟩ to ⟨U+200B⟩Ann ␛[2J").waitFor();
      await page.getByText("Give it more time").first().click();
    },
    abort: async (page) => {
      await goTo(page, paths.execution ?? "");
      await page.getByRole("button", { name: "Abort …" }).click();
      await page.getByText("What happened, event by event").click();
      await page.getByRole("list").locator("time").first().waitFor();
    },
    try: async (page) => {
      await goTo(page, paths.tools ?? "");
      const card = page.locator("details").filter({ hasText: "ghl_update_contact" });
      await card.locator("summary").first().click();
      await card.getByLabel(/^Try it/u).fill('{"contact_id": 6}');
      await card.getByRole("button", { name: "Try it" }).click();
      await card.getByRole("alert").first().waitFor();
    },
    report: async (page) => {
      await goTo(page, paths.verify ?? "");
      await verifyChanged(page);
    },
    lock: async (page) => {
      await page.getByRole("button", { name: "Stop …" }).click();
      await page.getByRole("radio", { name: "One tool" }).check();
      await page.getByText("LIVE is on").click();
    },
  };
  const unfolded: (keyof typeof UNFOLDED)[] = Object.keys(UNFOLDED);

  it.each(unfolded)("every page fits and has nothing that axe-core finds, with %s unfolded on it", async (name) => {
    seat = await signIn(browser(), desk, "bob", STILL);
    await UNFOLDED[name]?.(seat.page);
    expect(await faultsInEveryLook(seat.page, name)).toEqual([]);
  });

  it("every page fits and has nothing that axe-core finds, for who is not signed in and verifies what they saved", async () => {
    seat = await windowOf(browser(), STILL);
    const { page } = seat;
    await page.goto(`${desk.server.url}/console`);
    await page.getByLabel("The link").waitFor();
    const found = await faultsInEveryLook(page, "door");
    await page.getByText("Verify a saved execution").click();
    await verifyChanged(page);
    expect([...found, ...(await faultsInEveryLook(page, "door-report"))]).toEqual([]);
  });

  /** Of the page as it stands: in both schemes of colours, and at each width, where a dialog must hold what it shows. */
  const faultsInEveryLook = async (page: Page, name: string): Promise<string[]> => {
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await accessibilityFaults(page)).map((fault) => `${name}, ${colorScheme}: ${fault}`));
      await shoot(page, `${name}-${colorScheme}`);
    }
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate<string[]>(
        `[document.documentElement, ...document.querySelectorAll("dialog")]
          .filter((part) => part.scrollWidth > part.clientWidth)
          .map((part) => part.localName + " " + (part.scrollWidth - part.clientWidth) + " px too wide")`,
      );
      const broken = await page.evaluate<string[]>(BROKEN_WORDS);
      found.push(...[...wide, ...broken].map((fault) => `${name} at ${width} px: ${fault}`));
      if (width === 360) await shoot(page, `${name}-${width}`);
    }
    return found;
  };

  it("every page of the console moves nothing for who wants it so", async () => {
    const durations = async (reducedMotion: "reduce" | "no-preference"): Promise<string[]> => {
      await seat?.leave();
      seat = await signIn(browser(), desk, "bob", { reducedMotion });
      await seat.page.locator(".row").first().waitFor();
      return seat.page.evaluate<string[]>(
        `[...new Set([...document.querySelectorAll("*")].flatMap((each) => {
          const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(each);
          return [transitionDuration, animationDuration, scrollBehavior];
        }))].filter((each) => each !== "0s" && each !== "auto")`,
      );
    };
    expect(await durations("reduce")).toEqual([]);
    expect(await durations("no-preference")).toEqual(["0.12s"]);
  });

  it("every page tells times in the reader's zone with UTC beside, and how long ago it heard the server", async () => {
    seat = await signIn(browser(), desk, "bob", { timezoneId: "Asia/Kathmandu" });
    const { page } = seat;
    await goTo(page, paths.execution ?? "");
    const time = page.locator(".execution-head time").first();
    await time.waitFor();
    const at = await time.getAttribute("datetime");
    const clockIn = (timeZone: string) => new Date(at ?? "").toLocaleTimeString("en-GB", { timeZone });
    expect(await time.innerText()).toMatch(new RegExp(`${clockIn("Asia/Kathmandu")} ${clockIn("UTC")} UTC$`, "u"));
    await page.getByText(/^heard (just now|\d+ s ago)$/u).waitFor();
    // From here on no answer comes.
    await page.route(/^/u, () => undefined);
    await page.clock.setFixedTime(Date.now() + 90_000);
    await page.getByText(/^heard 1 min \d+ s ago$/u).waitFor();
  });

  it("every page of the console prints what is read whole, without what is pressed", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await goTo(page, paths.request ?? "");
    await page.getByRole("button", { name: "Reject" }).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(await page.getByRole("region", { name: "Requests" }).count()).toBe(0);
    await page.getByRole("heading", { name: /^The call, as it would be sent/iu }).waitFor();
    await shoot(page, "request-print", true);
  });

  it("every page of the console shows where one is in colours that the reader's system chose", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    await page.emulateMedia({ forcedColors: "active" });
    await goTo(page, paths.request ?? "");
    const current = page.locator(".row.current");
    await current.waitFor();
    const style = (selector: string, property: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
    expect(await style(".row.current", "outlineStyle")).toBe("solid");
    expect(await style(".row:not(.current)", "outlineStyle")).toBe("none");
    expect(await style("nav a[aria-current]", "borderBottomWidth")).toBe("2px");
    await shoot(page, "request-forced-colours");
  });

  it("every page of the console says beside every button that cannot be pressed what is missing", async () => {
    seat = await signIn(browser(), desk, "bob");
    const { page } = seat;
    const off = 'button[aria-disabled="true"]:visible';
    const silent = async (where: string): Promise<string[]> => {
      const said = await page.locator(off).evaluateAll((buttons: readonly Described[]) =>
        buttons.map((button) => ({
          name: button.textContent,
          why: button.ownerDocument.getElementById(button.getAttribute("aria-describedby") ?? "")?.textContent ?? "",
        })),
      );
      expect(said.length, where).toBeGreaterThan(0);
      return said.flatMap(({ name, why }) => (why === "" ? [`${where}: ${name}`] : []));
    };
    const found: string[] = [];
    for (const name of ["request", "people", "verify"]) {
      await goTo(page, paths[name] ?? "");
      await quiet(page);
      await page.locator(off).first().waitFor();
      found.push(...(await silent(name)));
    }
    await goTo(page, paths.execution ?? "");
    await page.getByRole("button", { name: "Abort …" }).click();
    found.push(...(await silent("abort")));
    await goTo(page, "/console");
    await page.getByRole("checkbox", { name: "choose all that are shown" }).check();
    await page.getByRole("link", { name: "Look at all of them and decide" }).click();
    await page.getByRole("button", { name: "Reject 2" }).waitFor();
    found.push(...(await silent("many")));
    await page.getByRole("button", { name: "Stop …" }).click();
    await page.getByText("LIVE is on").click();
    await page.getByRole("button", { name: "Switch LIVE off" }).waitFor();
    found.push(...(await silent("stop")));
    expect(found).toEqual([]);
  });

  it("every page shows agents' text as text: no markup, no links, and what hides or turns text by its sign", async () => {
    seat = await signIn(browser(), desk, "bob");
    await goTo(seat.page, paths.request ?? "");
    const request = seat.page.getByRole("article");
    await request.waitFor();
    expect(await request.locator("img").count()).toBe(0);
    expect(await request.locator('a[href*="evil"]').count()).toBe(0);
    const text = await request.innerText();
    expect(text).toContain('<img src=x onerror="document.title=1">');
    expect(text).toContain("pay⟨U+202E⟩0001⟨U+202C⟩ to ⟨U+200B⟩Ann ␛[2J");
    expect(await seat.page.title()).toMatch(/Inbox · Buddy$/u);
  });

  it("every page of the console leaves nothing of a token in storage, in cookies or in the address", async () => {
    seat = await signIn(browser(), desk, "bob");
    const kept =
      "JSON.stringify([location.href, document.cookie, {...localStorage}, {...sessionStorage}, history.state])";
    expect(await seat.page.evaluate<string>(kept)).toBe(
      JSON.stringify([`${desk.server.url}/console`, "", {}, {}, null]),
    );
  });

  it("every page's dialog holds each lock with its whole reason and the button that lifts it", async () => {
    const scope = { kind: "execution", execution_id: paths.execution?.split("/").at(-1) };
    await desk.ask("carl", "POST", "/system/lock", { scope, mode: "stop_forward", reason: "w".repeat(300) });
    seat = await signIn(browser(), desk, "bob", STILL);
    await seat.page.getByRole("button", { name: "Stop …" }).click();
    await seat.page.getByRole("button", { name: "Unlock execution" }).waitFor();
    const found = await faultsInEveryLook(seat.page, "locked");
    await desk.ask("olga", "POST", "/system/unlock", { scope, reason: "looked at" });
    expect(found).toEqual([]);
  });
});
