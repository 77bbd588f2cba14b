import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { type Desk, mail, startDesk, update } from "./desk.ts";
import { accessibilityFaults, goTo, type Seat, shoot, signIn } from "./page.ts";

const MARKUP = '<img src=x onerror="document.title=1"><a href="https://evil.example">click</a>';
const HIDDEN = "pay\u202e0001\u202c to \u200bAnn \u001b[2J";
/** As much of an element as is asked for here: tests run outside of the page, and know none of its types. */
type Described = {
  readonly textContent: string;
  readonly ownerDocument: { getElementById(id: string): { readonly textContent: string } | null };
  getAttribute(name: string): string | null;
};

const WIDTHS = [360, 768, 1440, 2560];

await describeInBrowser("every page of the console", (browser) => {
  let desk: Desk;
  let seat: Seat | undefined;
  let paths: Readonly<Record<string, string>>;
  beforeAll(async () => {
    desk = await startDesk();
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
      verify: "/console/verify",
    };
  });
  afterAll(() => desk.stop());
  afterEach(async () => {
    expect(seat?.reported.errors).toEqual([]);
    await seat?.leave();
  });
  const quiet = (page: Page): Promise<void> => page.locator(".loading").first().waitFor({ state: "detached" });
  const overflow = (page: Page): Promise<number> =>
    page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  it.each(["light", "dark"] as const)("has nothing that axe-core finds, %s", async (colorScheme) => {
    seat = await signIn(browser(), desk, "bob", { colorScheme });
    const found: string[] = [];
    for (const [name, path] of Object.entries(paths)) {
      await goTo(seat.page, path);
      await quiet(seat.page);
      found.push(...(await accessibilityFaults(seat.page)).map((fault) => `${name}: ${fault}`));
      await shoot(seat.page, `${name}-${colorScheme}`);
    }
    expect(found).toEqual([]);
  });

  it("fits into every width, with its buttons in view", async () => {
    seat = await signIn(browser(), desk, "bob");
    const found: string[] = [];
    for (const width of WIDTHS) {
      await seat.page.setViewportSize({ width, height: 800 });
      for (const [name, path] of Object.entries(paths)) {
        await goTo(seat.page, path);
        await quiet(seat.page);
        if ((await overflow(seat.page)) > 0)
          found.push(`${name} at ${width} px is ${await overflow(seat.page)} px too wide`);
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
  ])("fits into a page of 360 px %s, and nothing stands before what is read", async (_what, width, text) => {
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

  it("prints what is read whole, without what is pressed", async () => {
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

  it("shows where one is in colours that the reader's system chose", async () => {
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

  it("says beside every button that cannot be pressed what is missing", async () => {
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

  it("shows agents' text as text: no markup, no links, and what hides or turns text by its sign", async () => {
    seat = await signIn(browser(), desk, "bob");
    await goTo(seat.page, paths.request ?? "");
    const request = seat.page.getByRole("article");
    await request.waitFor();
    expect(await request.locator("img").count()).toBe(0);
    expect(await request.locator('a[href*="evil"]').count()).toBe(0);
    const text = await request.innerText();
    expect(text).toContain('<img src=x onerror="document.title=1">');
    expect(text).toContain("pay\\u202e0001\\u202c to \\u200bAnn ␛[2J");
    expect(await seat.page.title()).toMatch(/Inbox · Buddy$/u);
  });

  it("leaves nothing of a token in storage, in cookies or in the address", async () => {
    seat = await signIn(browser(), desk, "bob");
    const kept =
      "JSON.stringify([location.href, document.cookie, {...localStorage}, {...sessionStorage}, history.state])";
    expect(await seat.page.evaluate<string>(kept)).toBe(
      JSON.stringify([`${desk.server.url}/console`, "", {}, {}, null]),
    );
  });
});
