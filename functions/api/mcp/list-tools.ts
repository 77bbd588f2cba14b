import type { ListToolsResult } from "@modelcontextprotocol/server";
import { offeredTool } from "../../../shared/contracts/offer/offered-tool.ts";
import type { Asking } from "./asking.ts";
import { doorTools } from "./door-tools.ts";
import { type OfferDeps, offersTo } from "./offers.ts";
import { pageOf } from "./page.ts";

/**
 * A page of the tools that an agent may use, by name; the door's own stand at the head of the first.
 * @throws InvalidPageToken
 */
export const listTools = async (
  deps: OfferDeps,
  asking: Asking,
  cursor: string | undefined,
): Promise<ListToolsResult> => {
  const offers = await offersTo(deps, asking);
  const { shown, next } = pageOf(
    "tools",
    offers,
    cursor,
    ({ name }) => name,
    ({ name, contract }) => offeredTool(name, contract),
  );
  return { tools: [...(cursor === undefined ? doorTools() : []), ...shown], ...next };
};
