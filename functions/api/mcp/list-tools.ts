import type { ListToolsResult } from "@modelcontextprotocol/server";
import { type OfferedTool, offeredTool } from "../../../shared/contracts/offer/offered-tool.ts";
import { markOf, nameIn } from "../read/contract-list.ts";
import type { Asking } from "./asking.ts";
import { doorTools } from "./door-tools.ts";
import { type OfferDeps, offersTo } from "./offers.ts";

/** Many clients read one page only: as many as fit in an answer that a model's host still takes. */
const MOST_ON_A_PAGE = 500;
const PAGE_BYTES = 1_048_576;

/**
 * A page of the tools that an agent may use, by name; the door's own stand at the head of the first.
 * @throws InvalidPageToken
 */
export const listTools = async (
  deps: OfferDeps,
  asking: Asking,
  cursor: string | undefined,
): Promise<ListToolsResult> => {
  const after = nameIn(cursor);
  const rest = (await offersTo(deps, asking)).filter(({ name }) => name > after);
  const tools: OfferedTool[] = [];
  let bytes = 0;
  for (const { name, contract } of rest.slice(0, MOST_ON_A_PAGE)) {
    const tool = offeredTool(name, contract);
    bytes += Buffer.byteLength(JSON.stringify(tool));
    if (tools.length > 0 && bytes > PAGE_BYTES) break;
    tools.push(tool);
  }
  const last = tools.at(-1)?.name;
  const own = after === "" ? doorTools() : [];
  const more = last !== undefined && tools.length < rest.length;
  return { tools: [...own, ...tools], ...(more ? { nextCursor: markOf(last) } : {}) };
};
