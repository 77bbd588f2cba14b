import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Desk } from "./desk.ts";

/** A browser's reports of a page that it should not have to make: errors, and what the content policy stopped. */
export type Reported = { readonly errors: string[] };

export type Seat = { readonly page: Page; readonly reported: Reported; leave(): Promise<void> };

type Look = Pick<BrowserContextOptions, "viewport" | "colorScheme" | "reducedMotion" | "timezoneId" | "locale">;

const USUAL: Look = { viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin" };

/** A browser window in which `name` has signed in by the printed link. */
export const signIn = async (browser: Browser, desk: Desk, name: string, look: Look = {}): Promise<Seat> => {
  const seat = await windowOf(browser, look);
  await seat.page.goto(desk.server.consoleLink(name));
  await seat.page.getByRole("navigation", { name: "Pages" }).waitFor();
  return seat;
};

/** A window that nobody signed in to. */
export const windowOf = async (browser: Browser, look: Look = {}): Promise<Seat> => {
  const context = await browser.newContext({ ...USUAL, ...look });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A refusal of the API is no error of the page, which shows it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  return { page, reported: { errors }, leave: () => context.close() };
};

/** Goes to a place of the console as its links do: loading it anew would forget who signed in. */
export const goTo = (page: Page, path: string): Promise<void> =>
  page.evaluate<void>(
    `history.pushState(null, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"));`,
  );

const SHOTS = join(import.meta.dirname, "../../outputs/console");

/** Writes what the page looks like for people to look at; `outputs/` is nobody's but this machine's. */
export const shoot = async (page: Page, name: string, fullPage = false): Promise<void> => {
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
};

let axeSource: Promise<string> | undefined;

/** Everything that axe-core finds on the page as it stands, a line each. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  // A page that was just gone to has its heading once it is there.
  await page.locator("h1").first().waitFor({ state: "attached" });
  axeSource ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(await axeSource);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any.map(({ message }) => message).join("; ")}`,
    ),
  );
};
