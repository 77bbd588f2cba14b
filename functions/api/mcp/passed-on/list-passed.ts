import type { ListPromptsResult, ListResourcesResult, ListResourceTemplatesResult } from "@modelcontextprotocol/server";
import pMap from "p-map";
import { metaField } from "../../../../shared/contracts/offer/offered-tool.ts";
import { namedPrompt, namedResource, namedTemplate } from "../../../../shared/contracts/offer/passed-names.ts";
import type { Result } from "../../../../shared/plan/result.ts";
import type { NotPassed, PassedList } from "../../../../shared/ports/mcp.ts";
import type { Asking } from "../asking.ts";
import { pageOf } from "../page.ts";
import { heldBack, type PassedKind, type PassedOnDeps, serversFor } from "./servers.ts";

/** One list of the protocol: what each server is asked, and how an item is called here. */
type Listing<Item> = {
  readonly list: string;
  readonly kind: PassedKind;
  readonly ask: (server: string) => Promise<Result<PassedList<Item>, NotPassed>>;
  readonly named: (server: string, item: Item) => Item;
  readonly nameOf: (item: Item) => string;
};

type Asked = { readonly deps: PassedOnDeps; readonly asking: Asking; readonly cursor: string | undefined };

/** @throws InvalidPageToken, as of the other lists */
export const listPrompts = async (asked: Asked): Promise<ListPromptsResult> => {
  const { shown, ...more } = await listed(asked, {
    list: "prompts",
    kind: "prompts",
    ask: asked.deps.passedOn.prompts,
    named: namedPrompt,
    nameOf: ({ name }) => name,
  });
  return { prompts: shown, ...more };
};

export const listResources = async (asked: Asked): Promise<ListResourcesResult> => {
  const { shown, ...more } = await listed(asked, {
    list: "resources",
    kind: "resources",
    ask: asked.deps.passedOn.resources,
    named: namedResource,
    nameOf: ({ uri }) => uri,
  });
  return { resources: shown, ...more };
};

export const listTemplates = async (asked: Asked): Promise<ListResourceTemplatesResult> => {
  const { shown, ...more } = await listed(asked, {
    list: "resource templates",
    kind: "resources",
    ask: asked.deps.passedOn.templates,
    named: namedTemplate,
    nameOf: ({ uriTemplate }) => uriTemplate,
  });
  return { resourceTemplates: shown, ...more };
};

/** Each costs a connection; the slowest holds up the answer, so that many are asked at once. */
const SERVERS_AT_ONCE = 50;

/** Something that is not in a list though its server has it, or may have: a client can say so, and ask again. */
type LeftOut = { readonly server: string; readonly why: string };

const MOST_LEFT_OUT_TOLD = 50;

const listed = async <Item>({ deps, asking, cursor }: Asked, listing: Listing<Item>) => {
  const [servers, held] = await Promise.all([serversFor(deps, asking, listing.kind), heldBack(deps, asking)]);
  const answers = await pMap(
    servers,
    async (server) =>
      held === undefined ? fromServer(server, listing) : { items: [], left_out: [{ server, why: held }] },
    { concurrency: SERVERS_AT_ONCE },
  );
  const { shown, next } = pageOf(
    listing.list,
    answers.flatMap(({ items }) => items),
    cursor,
    listing.nameOf,
    (item) => item,
  );
  const left_out = answers.flatMap((answer) => answer.left_out);
  for (const { server } of left_out) {
    deps.log.info("something of a server was left out of a list", { server, agent: asking.agent, kind: listing.kind });
  }
  const meta = { _meta: { [metaField("left_out")]: left_out.slice(0, MOST_LEFT_OUT_TOLD) } };
  return { shown, ...next, ...(left_out.length === 0 ? {} : meta) };
};

type FromServer<Item> = { readonly items: readonly Item[]; readonly left_out: readonly LeftOut[] };

const fromServer = async <Item>(server: string, { ask, named }: Listing<Item>): Promise<FromServer<Item>> => {
  const answer = await ask(server);
  if (!answer.ok) return { items: [], left_out: [{ server, why: answer.refusal.why }] };
  const { items, left_out } = answer.value;
  const why = `${left_out} more that it lists cannot be passed on: too many, named twice, or not as the protocol says`;
  return { items: items.map((item) => named(server, item)), left_out: left_out === 0 ? [] : [{ server, why }] };
};
