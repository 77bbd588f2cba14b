import { MAX_PICTURE_BYTES } from "../../../shared/execution/approval/picture.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Looked, PageAction, Visit } from "../../../shared/ports/pages.ts";
import type { Deadline } from "./deadline.ts";
import { actionableElements, describeElement, fieldValues, onlyOne } from "./elements.ts";
import type { OpenPage } from "./open-page.ts";

/** An element that a script still makes is waited for this long. */
const ELEMENT_MS = 1_500;
const MOST_TEXT = 200_000;
/** A picture beside a preview is taken in so long, or there is none. */
const PICTURE_MS = 3_000;

type Seen = Extract<Looked, { kind: "seen" }>;

/** The page as it stands: the elements that the actions name, and the results of those that read. Changes nothing. */
export const lookAt = async (open: OpenPage, visit: Visit, deadline: Deadline): Promise<Seen> => {
  const { actions } = visit;
  const { page } = open;
  const elements: Seen["elements"][number][] = [];
  let output: JsonObject = {};
  let clicked = false;
  for (const action of actions) {
    const element = "element" in action ? action.element : undefined;
    if (element === undefined) elements.push(null);
    else {
      const found = await onlyOne(page, element, clicked ? 0 : Math.min(ELEMENT_MS, deadline.left()));
      if (found.ok) elements.push(await describeElement(found.value, deadline.left()));
      else elements.push({ missing: found.refusal });
    }
    clicked ||= action.kind === "click";
    if (!clicked && "as" in action) output = { ...output, ...(await brought(open, action, deadline)) };
  }
  const [title, fields] = [await page.title(), await fieldValues(page)];
  const picture = visit.picture === true ? await pictureBeside(open, deadline) : undefined;
  const seen: Seen = { kind: "seen", address: page.url(), title, elements, output, fields };
  return picture === undefined ? seen : { ...seen, picture };
};

/**
 * A picture of what was read, and its text. The page has been seen without: one of which no picture can be made in time,
 * as where its fonts never come, fails nothing.
 */
const pictureBeside = async (open: OpenPage, deadline: Deadline): Promise<Seen["picture"]> => {
  const sooner: Deadline = { ...deadline, left: () => Math.min(PICTURE_MS, Math.ceil(deadline.left() / 2)) };
  try {
    const image = await pictureOf(open, false, sooner);
    if (!image.ok) return undefined;
    return { image: image.value, text: await open.page.locator("body").innerText({ timeout: sooner.left() }) };
  } catch {
    return undefined;
  }
};

type Reading = Extract<PageAction, { readonly as: string }>;

/** The result of an action that reads; null where the element is not there. @throws what the page does */
const brought = async (open: OpenPage, action: Reading, deadline: Deadline): Promise<JsonObject> => {
  const value = await readValue(open, action, deadline);
  return { [action.as]: value.ok ? value.value : null };
};

export const readValue = async (open: OpenPage, action: Reading, deadline: Deadline): Promise<Result<Json, string>> => {
  const { page } = open;
  switch (action.kind) {
    case "look":
      return accept({ title: await page.title(), elements: await actionableElements(page) });
    case "screenshot":
      return pictureOf(open, action.of === "page", deadline);
    case "read": {
      if (action.element === undefined) {
        return accept((await page.locator("body").innerText({ timeout: deadline.left() })).slice(0, MOST_TEXT));
      }
      const found = await onlyOne(page, action.element, 0);
      if (!found.ok) return found;
      const { value } = await describeElement(found.value, deadline.left());
      return accept(value ?? (await found.value.innerText({ timeout: deadline.left() })).slice(0, MOST_TEXT));
    }
  }
};

/** Fields for passwords are painted over. */
const pictureOf = async ({ page }: OpenPage, whole: boolean, deadline: Deadline): Promise<Result<string, string>> => {
  for (const quality of [70, 30]) {
    const bytes = await page.screenshot({
      type: "jpeg",
      quality,
      fullPage: whole,
      animations: "disabled",
      caret: "hide",
      mask: [page.locator("input[type=password]")],
      timeout: deadline.left(),
    });
    if (bytes.length <= MAX_PICTURE_BYTES) return accept(`data:image/jpeg;base64,${bytes.toString("base64")}`);
  }
  return refuse("the picture of the page is too large to be kept");
};
