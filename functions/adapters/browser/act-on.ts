import type { Locator } from "playwright-core";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Acted, PageAction, Visit } from "../../../shared/ports/pages.ts";
import { plural } from "../../../shared/shown/words.ts";
import { comeAnew, noteStanding } from "./come-anew.ts";
import type { Deadline } from "./deadline.ts";
import { describeElement, inWords, isTimeout, onlyOne } from "./elements.ts";
import { readValue } from "./look-at.ts";
import { besides, type OpenPage, watchAnew } from "./open-page.ts";
import { quiet, settle } from "./rest.ts";
import { wordsOf } from "./words.ts";

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
  `after ${begun} of ${plural(actions.filter(acts).length, "action")} ${begun === 1 ? "was" : "were"} begun: ${why}`;

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
  const last = actions.findLast(acts);
  let [clicked, stood] = [false, false];
  for (const action of actions) {
    if (!acts(action)) {
      await quiet(open, deadline);
      const value = await readValue(open, action, deadline);
      if (!value.ok) return value;
      output[action.as] = value.value;
      continue;
    }
    const decides = action === last && done_when !== undefined;
    // A message that an earlier click brings is no sign of this one.
    if (decides && clicked) await quiet(open, deadline);
    const found = await onlyOne(open.page, action.element, deadline.left());
    if (!found.ok) return found;
    if (decides) stood = await noteStanding(open, done_when, deadline);
    if (deadline.over()) return refuse("its time was over");
    progress.begun += 1;
    if (action.kind === "fill") await fill(found.value, action.value, deadline);
    else {
      clicked = true;
      open.dialogs = action.dialogs;
      await found.value.click({ timeout: deadline.left() }).finally(() => {
        open.dialogs = "dismiss";
      });
    }
  }
  const ended = await end(open, done_when, stood, deadline);
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

/** Waits until it is shown to be done, where the visit says how, and for all that the page sends. */
const end = async (
  open: OpenPage,
  done_when: Visit["done_when"],
  stood: boolean,
  deadline: Deadline,
): Promise<Result<null, string>> => {
  const settled = await settle(open, deadline);
  if (!settled.ok) return settled;
  if (done_when !== undefined) {
    const came = await comeAnew(open, done_when, stood, deadline);
    // The element may come with the answer that it was not done.
    const answered = came.ok ? await settle(open, deadline) : came;
    if (!answered.ok) return answered;
  }
  const { page } = open;
  return /^https?:/.test(page.url()) ? accept(null) : refuse(`the page is ${page.url()} now`);
};
