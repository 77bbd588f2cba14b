import type { JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { textOr } from "../arguments.ts";
import { elementId, START_PAGE } from "../world/seed-data.ts";
import { COLLECTIONS, type WorldReader } from "../world/world.ts";

/** The page a call means: its `url`, else the sandbox's start page. */
export const urlOf = (args: JsonObject): string => textOr(args, "url", START_PAGE);

/** @throws ToolFailure when the sandbox has no such page. */
export const pageAt = async (reader: WorldReader, url: string): Promise<JsonObject> => {
  const page = await reader.read(COLLECTIONS.pages, url);
  if (page !== undefined) return page.value;
  const known = (await reader.list(COLLECTIONS.pages)).map(({ id }) => id);
  throw new ToolFailure(`the sandbox has no page ${url}; it has ${known.join(", ") || "none"}`);
};

/** Every element of the page, by selector, with what stands in it now. */
export const elementsOf = async (reader: WorldReader, url: string): Promise<JsonObject[]> =>
  (await reader.list(COLLECTIONS.elements, { prefix: elementId(url, "") })).map(({ value }) => value);

/** The values of the page's fields: what a click would send. */
export const fieldValues = (elements: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(
    elements.flatMap((element): [string, JsonObject[string]][] =>
      element.kind === "field" ? [[String(element.selector), element.value ?? ""]] : [],
    ),
  );
