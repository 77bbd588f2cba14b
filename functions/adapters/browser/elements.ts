import type { Locator, Page } from "playwright-core";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Element, FoundElement } from "../../../shared/ports/pages.ts";
import { actionable, type NodeFacts, nodeFacts } from "./in-page.ts";

export const locate = (page: Page, element: Element): Locator => {
  switch (element.by) {
    case "role":
      return page.getByRole(element.role, element.name === undefined ? {} : { name: element.name, exact: true });
    case "label":
      return page.getByLabel(element.label, { exact: true });
    case "selector":
      return page.locator(element.selector);
  }
};

export const inWords = (element: Element): string => {
  if (element.by === "role") return element.name === undefined ? element.role : `${element.role} "${element.name}"`;
  return element.by === "label" ? `field labelled "${element.label}"` : element.selector.replace(/^css=/, "");
};

/** The one element that is meant; waited for as long as said where there is none yet. In words why it is not one. */
export const onlyOne = async (page: Page, element: Element, wait_ms: number): Promise<Result<Locator, string>> => {
  const locator = locate(page, element);
  const counted = await locator.count();
  if (counted === 0 && wait_ms > 0) await attached(locator, wait_ms);
  const count = counted === 0 ? await locator.count() : counted;
  if (count === 1) return accept(locator);
  return refuse(
    count === 0
      ? `there is no ${inWords(element)} on ${page.url()}`
      : `${count} elements of ${page.url()} are ${inWords(element)}: it must be one`,
  );
};

/** That nothing came in this time is what the count afterwards says. */
const attached = async (locator: Locator, timeout: number): Promise<void> => {
  try {
    await locator.first().waitFor({ state: "attached", timeout });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
};

export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === "TimeoutError";

/** `- textbox "Work email": ada@example.com`: as a screen reader is told of it. */
const SPOKEN = /^- ([a-z]+)(?: ("(?:[^"\\]|\\.)*"))?/;

export const describeElement = async (locator: Locator, timeout: number): Promise<FoundElement> => {
  const facts: NodeFacts = await locator.evaluate(nodeFacts, undefined, { timeout });
  const spoken = SPOKEN.exec(await locator.ariaSnapshot({ timeout }));
  const name: string = spoken?.[2] === undefined ? "" : JSON.parse(spoken[2]);
  return { role: spoken?.[1] ?? "element", name, ...facts };
};

const ACTIONABLE = "input,textarea,select,button,a[href]";

export const actionableElements = (page: Page): Promise<JsonObject[]> =>
  page.locator(ACTIONABLE).evaluateAll(actionable);

/** Values of the page's fields by what people call them: those that a click would send. */
export const fieldValues = async (page: Page): Promise<JsonObject> => {
  const fields: [string, Json][] = [];
  for (const { kind, label, selector, value } of await actionableElements(page)) {
    if (kind === "field") fields.push([String(label === "" ? selector : label), value ?? ""]);
  }
  return Object.fromEntries(fields);
};
