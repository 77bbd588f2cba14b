import type { Locator, Page } from "playwright-core";

/** More than any page has that can be reached. */
const MOST_TABS = 150;

/** Goes on by the Tab key, as somebody does who has no pointer, until `target` is what keys go to. */
export const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor();
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached by the Tab key`);
};

/** Reaches it by the Tab key, and presses a key there. */
export const pressKey = async (page: Page, target: Locator, key = "Enter"): Promise<void> => {
  await tabTo(page, target);
  await page.keyboard.press(key);
};

/** Reaches it by the Tab key, and writes there. */
export const typeInto = async (page: Page, target: Locator, text: string): Promise<void> => {
  await tabTo(page, target);
  await page.keyboard.type(text);
};
