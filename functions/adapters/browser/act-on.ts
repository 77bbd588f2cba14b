import type { Locator, Page } from "playwright-core";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Acted, PageAction, Visit } from "../../../shared/ports/pages.ts";
import type { Deadline } from "./deadline.ts";
import { describeElement, inWords, isTimeout, locate, onlyOne } from "./elements.ts";
import { loaded } from "./go-to.ts";
import { readValue } from "./look-at.ts";
import { besides, type OpenPage, watchAnew } from "./open-page.ts";
import { withinMs } from "./within-ms.ts";
import { wordsOf } from "./words.ts";

/** A script that sends something on a click does so within this time. */
const QUIET_MS = 150;
const POLL_MS = 25;

type Acting = Extract<PageAction, { kind: "fill" | "click" }>;
const acts = (action: PageAction): action is Acting => action.kind === "fill" || action.kind === "click";

/** Actions that were begun so far. */
type Progress = { begun: number };

/**
 * Does the actions one after the other. Everything that can be known before the first of them is looked at first: each
 * element up to the first click is there, once, and can be used. From the moment that something is filled in or clicked,
 * whatever goes wrong leaves the outcome unknown.
 */
export const actOn = async (open: OpenPage, visit: Visit, deadline: Deadline, progress: Progress): Promise<Acted> => {
  const ready = await unlessBroken(() => getReady(open, visit, deadline));
  if (!ready.ok) return { kind: "nothing_done", why: ready.refusal };
  if (deadline.over()) return { kind: "nothing_done", why: "there was no time left to begin" };
  watchAnew(open);
  open.sends = true;
  open.proxy.sends("once");
  const done = await unlessBroken(() => doAll(open, visit, deadline, progress));
  if (done.ok) {
    if (visit.key !== undefined) open.done.set(visit.key, done.value);
    return { kind: "done", output: done.value };
  }
  if (progress.begun === 0) return { kind: "nothing_done", why: done.refusal };
  return { kind: "unknown", why: afterBegun(progress, visit, done.refusal) };
};

export const afterBegun = ({ begun }: Progress, { actions }: Visit, why: string): string =>
  `after ${begun} of ${actions.filter(acts).length} action(s) were begun: ${why}`;

const unlessBroken = async <Value>(work: () => Promise<Result<Value, string>>): Promise<Result<Value, string>> => {
  try {
    return await work();
  } catch (error) {
    return refuse(isTimeout(error) ? "the page did not come to it in time" : wordsOf(error));
  }
};

const getReady = async (open: OpenPage, { actions }: Visit, deadline: Deadline): Promise<Result<null, string>> => {
  for (const action of actions) {
    if (!acts(action)) continue;
    const found = await onlyOne(open.page, action.element, deadline.left() / 2);
    if (!found.ok) return found;
    const usable = await canBeUsed(found.value, action, deadline);
    if (!usable.ok || action.kind === "click") return usable;
  }
  return accept(null);
};

const canBeUsed = async (locator: Locator, action: Acting, deadline: Deadline): Promise<Result<null, string>> => {
  const timeout = deadline.left() / 2;
  if (action.kind === "click") {
    try {
      await locator.click({ trial: true, timeout });
      return accept(null);
    } catch (error) {
      if (isTimeout(error))
        return refuse(`${inWords(action.element)} cannot be clicked: it is hidden, covered or turned off`);
      throw error;
    }
  }
  const { value } = await describeElement(locator, timeout);
  if (action.only_if !== undefined && value !== action.only_if) {
    return refuse(`${inWords(action.element)} holds ${JSON.stringify(value)} by now`);
  }
  if (value === null) return refuse(`${inWords(action.element)} is no field`);
  return (await locator.isEditable({ timeout }))
    ? accept(null)
    : refuse(`${inWords(action.element)} cannot be written in`);
};

const doAll = async (
  open: OpenPage,
  { actions, done_when }: Visit,
  deadline: Deadline,
  progress: Progress,
): Promise<Result<JsonObject, string>> => {
  const output: { [name: string]: Json } = {};
  for (const action of actions) {
    if (!acts(action)) {
      await quiet(open, deadline);
      const value = await readValue(open, action, deadline);
      if (!value.ok) return value;
      output[action.as] = value.value;
      continue;
    }
    const found = await onlyOne(open.page, action.element, deadline.left());
    if (!found.ok) return found;
    if (deadline.over()) return refuse("its time was over");
    progress.begun += 1;
    if (action.kind === "fill") await fill(found.value, action.value, deadline);
    else {
      open.dialogs = action.dialogs;
      await found.value.click({ timeout: deadline.left() }).finally(() => {
        open.dialogs = "dismiss";
      });
    }
  }
  const ended = await end(open, done_when, deadline);
  return ended.ok ? accept({ url: open.page.url(), ...output, ...besides(open) }) : ended;
};

const fill = async (locator: Locator, value: Json, deadline: Deadline): Promise<void> => {
  const timeout = deadline.left();
  if (typeof value === "boolean") return locator.setChecked(value, { timeout });
  const text = value === null ? "" : typeof value === "string" ? value : String(value);
  const tag = await locator.evaluate(({ tagName }: { readonly tagName: string }) => tagName, undefined, { timeout });
  if (tag === "SELECT") await locator.selectOption(text, { timeout });
  else await locator.fill(text, { timeout });
};

/** Waits until what the page sends has been answered, and says what speaks against its having been done. */
const end = async (
  open: OpenPage,
  done_when: Visit["done_when"],
  deadline: Deadline,
): Promise<Result<null, string>> => {
  const came = await quiet(open, deadline);
  const { watched, page } = open;
  const unanswered = watched.asked.find(({ needs_answer, answer }) => needs_answer && answer === "dismissed");
  if (unanswered !== undefined) return refuse(`the page asked ${JSON.stringify(unanswered.text)}, and was told no`);
  const [failed] = watched.failed;
  if (failed !== undefined) return refuse(failed);
  if (watched.sending.size > 0) return refuse("what the page sent was not answered in time");
  if (page.isClosed()) return refuse("the page closed itself");
  if (!came) return refuse("the page asked again and again, and did not come to rest in time");
  if (done_when !== undefined) {
    try {
      await locate(page, done_when).first().waitFor({ state: "visible", timeout: deadline.left() });
    } catch (error) {
      if (isTimeout(error)) return refuse(`${inWords(done_when)}, which shows that it was done, did not come`);
      throw error;
    }
  }
  return /^https?:/.test(page.url()) ? accept(null) : refuse(`the page is ${page.url()} now`);
};

/**
 * Until nothing that changes something has been under way for a moment; whether it came to that. While a dialog is open
 * the page's scripts stand still, those that would send something among them; and a page that is slow may not have come
 * to its next dialog. So a moment of the page's own time has to pass, too.
 */
const quiet = async (open: OpenPage, deadline: Deadline): Promise<boolean> => {
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
