import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Element } from "../../../shared/ports/pages.ts";
import type { Deadline } from "./deadline.ts";
import { inWords, locate } from "./elements.ts";
import type { OpenPage } from "./open-page.ts";
import { cameSince, watchStanding } from "./standing.ts";
import { withinMs } from "./within-ms.ts";

const POLL_MS = 25;
/** No page can know it, and mean it by something. */
const NAME = `standing-${randomUUID()}`;

const shown = (page: Page, element: Element) => locate(page, element).filter({ visible: true });

/** Elements that stand on a page before something is done show nothing of it: they are known from now on. Whether any do. */
export const noteStanding = async ({ page }: OpenPage, element: Element, deadline: Deadline): Promise<boolean> => {
  const selector = element.by === "selector" ? element.selector.replace(/^css=/, "") : null;
  const noted = shown(page, element).evaluateAll(watchStanding, { name: NAME, selector });
  return ((await withinMs(noted, deadline.left())) ?? 0) > 0;
};

/**
 * Waits until an element comes that did not stand there as it is when it was noted, or something speaks against what was
 * done. `stood`: whether one stood there.
 */
export const comeAnew = async (
  { page, watched }: OpenPage,
  element: Element,
  stood: boolean,
  deadline: Deadline,
): Promise<Result<null, string>> => {
  while (!deadline.over() && !page.isClosed() && watched.failed.length === 0) {
    // A page that is left meanwhile answers nothing: the next one is asked.
    const came = shown(page, element)
      .evaluateAll(cameSince, NAME)
      .catch(() => false);
    if ((await withinMs(came, deadline.left())) === true) return accept(null);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (page.isClosed()) return refuse("the page closed itself");
  const [failed] = watched.failed;
  if (failed !== undefined) return refuse(failed);
  const how = stood ? "stood there before, and did not come anew" : "did not come";
  return refuse(`${inWords(element)}, which shows that it was done, ${how}`);
};
