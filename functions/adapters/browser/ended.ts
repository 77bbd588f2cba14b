import type { Browser, Page } from "playwright-core";
import type { Deadline } from "./deadline.ts";
import { withinMs } from "./within-ms.ts";

/** A page that stands answers at once, unless its own script keeps it busy. */
const ANSWERS_MS = 1_000;

/**
 * The result of the work; undefined where the browser ended before. For a page that is made while its browser dies the
 * library waits for ever.
 */
export const unlessGone = async <Value>(browser: Browser, work: Promise<Value>): Promise<Value | undefined> => {
  const gone = Promise.withResolvers<undefined>();
  const tell = (): void => gone.resolve(undefined);
  browser.once("disconnected", tell);
  if (!browser.isConnected()) tell();
  return Promise.race([work, gone.promise]).finally(() => browser.off("disconnected", tell));
};

/**
 * Whether a page on which something failed has ended, or is about to: one whose process is on its way out breaks off what
 * it loads some moments before it is told to be gone, and answers nothing any more.
 */
export const hasEnded = async (
  open: { readonly page: Page; readonly lost: boolean },
  { patience }: Deadline,
): Promise<boolean> => {
  const wait_ms = Math.min(ANSWERS_MS, patience() / 2);
  if (!open.lost) await withinMs(Promise.allSettled([open.page.evaluate("0")]), wait_ms);
  return open.lost;
};
