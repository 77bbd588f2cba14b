import type { JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { textOr } from "../arguments.ts";
import type { Planning, Target } from "../kinds/sandbox-tool.ts";
import { elementId } from "../world/seed-data.ts";
import { COLLECTIONS } from "../world/world.ts";
import { urlOf } from "./page.ts";

/** The element a page action means: `selector` on `url`; without a selector, the start page's own. */
export const elementTarget = (args: JsonObject, otherwise: string): Target => ({
  collection: COLLECTIONS.elements,
  id: elementId(urlOf(args), textOr(args, "selector", otherwise)),
});

/** @throws ToolFailure when the page has no such element, or it is of another kind. */
export const elementOf = (
  { id, current }: Planning,
  kind: "field" | "button",
): { url: string; selector: string; element: JsonObject } => {
  if (current === undefined) throw new ToolFailure(`the sandbox has no element ${id}`);
  const [url, selector] = [textOr(current.value, "url", ""), textOr(current.value, "selector", "")];
  if (current.value.kind !== kind) {
    throw new ToolFailure(`${selector} on ${url} is no ${kind}, but: ${JSON.stringify(current.value.kind)}`);
  }
  return { url, selector, element: current.value };
};

export const clicksOf = (element: JsonObject): number => (typeof element.clicks === "number" ? element.clicks : 0);
