import type { Page } from "playwright-core";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deadline } from "./deadline.ts";
import { loaded } from "./go-to.ts";
import type { OpenPage } from "./open-page.ts";
import { withinMs } from "./within-ms.ts";

/** A script that sends something on a click does so within this time. */
const QUIET_MS = 150;
const POLL_MS = 25;

/** Waits until what the page sends has been answered, and says what speaks against its having been done. */
export const settle = async (open: OpenPage, deadline: Deadline): Promise<Result<null, string>> => {
  const came = await quiet(open, deadline);
  const { watched, page } = open;
  const unanswered = watched.asked.find(({ needs_answer, answer }) => needs_answer && answer === "dismissed");
  if (unanswered !== undefined) return refuse(`the page asked ${JSON.stringify(unanswered.text)}, and was told no`);
  const [failed] = watched.failed;
  if (failed !== undefined) return refuse(failed);
  if (watched.sending.size > 0) return refuse("what the page sent was not answered in time");
  if (page.isClosed()) return refuse("the page closed itself");
  return came ? accept(null) : refuse("the page asked again and again, and did not come to rest in time");
};

/**
 * Until nothing that changes something has been under way for a moment; whether it came to that. While a dialog is open
 * the page's scripts stand still, those that would send something among them; and a page that is slow may not have come
 * to its next dialog. So a moment of the page's own time has to pass, too.
 */
export const quiet = async (open: OpenPage, deadline: Deadline): Promise<boolean> => {
  const { watched, page } = open;
  let still = 0;
  let dialogs = watched.dialogs;
  const stands = (): boolean => watched.sending.size === 0 && watched.dialogs === dialogs;
  while (still < QUIET_MS && !deadline.over() && !page.isClosed()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    still = stands() ? still + POLL_MS : 0;
    if (still >= QUIET_MS && !((await scriptsWentOn(page, deadline)) && stands())) still = 0;
    dialogs = watched.dialogs;
  }
  if (!page.isClosed()) await loaded(open, deadline);
  return still >= QUIET_MS;
};

/** Whether a moment of the page's own time has passed: not on one that goes elsewhere, or whose scripts never rest. */
const scriptsWentOn = async (page: Page, deadline: Deadline): Promise<boolean> => {
  const moment = page.evaluate(`new Promise((resolve) => setTimeout(() => resolve(true), ${POLL_MS}))`).then(
    () => true,
    () => false,
  );
  return (await withinMs(moment, deadline.left())) ?? false;
};
