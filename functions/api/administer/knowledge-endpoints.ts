import type { z } from "zod";
import { type Entry, goalInput, noteInput, type Shelf } from "../../../shared/contracts/knowledge/entry.ts";
import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byEntry } from "../http/paths.ts";
import { entryList, entryRemoval, entryRemoved, entryReply, knowledgeQuery, puttingQuery } from "../schemas.ts";
import { checkEntry, keepEntry, listEntries, removeEntry } from "./keep-entry.ts";

const administer = { ...none, group: "administer", scopes: ["contracts:write"] } as const;
const WHOSE = "Of the agent that agent_id names, or, without one, of those that every agent may read.";

type Keeping = { readonly id: string; readonly kept_by: string; readonly kept_at: string };

const shelfEndpoints = <Input extends z.ZodType>(
  deps: Deps,
  shelf: Shelf,
  { one, many, input }: { readonly one: string; readonly many: string; readonly input: Input },
  entryOf: (body: z.output<Input>, keeping: Keeping) => Entry,
): Endpoint[] => [
  endpoint(
    {
      ...administer,
      method: "GET",
      path: `/${shelf}`,
      summary: `List the ${many} that agents may look up`,
      description: WHOSE,
      query: knowledgeQuery,
      reply: entryList,
    },
    async ({ query: { agent_id = null, ...page } }) =>
      accept({ body: await listEntries(deps)({ shelf, agent_id }, page) }),
  ),
  endpoint(
    {
      ...administer,
      method: "PUT",
      path: `/${shelf}/{id}`,
      summary: `Keep a ${one} that agents may look up`,
      description:
        "In the place of the one of that id and agent. Without agent_id every agent may read it. With `check=true` nothing is " +
        "kept: the answer, always 200, is what would be.",
      params: byEntry,
      query: puttingQuery,
      body: input,
      reply: entryReply,
      statuses: [200, 201],
    },
    async ({ params: { id }, query, body, caller }) => {
      const kept_at = deps.clock.now().toISOString();
      const entry = entryOf(body, { id, kept_by: caller.name, kept_at });
      if (query.check === "true") return accept({ body: await checkEntry(deps)(entry) });
      const kept = await keepEntry(deps)(entry);
      if (!kept.ok) return kept;
      const { created, ...reply } = kept.value;
      return accept({ status: created ? 201 : 200, body: reply });
    },
  ),
  endpoint(
    {
      ...administer,
      method: "POST",
      path: `/${shelf}/{id}/remove`,
      summary: `Remove a ${one}`,
      description: WHOSE,
      params: byEntry,
      body: entryRemoval,
      reply: entryRemoved,
    },
    async ({ params: { id }, body: { agent_id }, caller }) => {
      const removed = await removeEntry(deps)({ shelf, agent_id }, id, caller.name);
      return removed.ok ? accept({ body: removed.value }) : removed;
    },
  ),
];

/** Notes and goals, which agents look up, kept by those who keep the registries. */
export const knowledgeEndpoints = (deps: Deps): Endpoint[] => [
  ...shelfEndpoints(deps, "memory", { one: "note", many: "notes", input: noteInput }, (body, keeping) => ({
    shelf: "memory",
    ...body,
    ...keeping,
  })),
  ...shelfEndpoints(deps, "goals", { one: "goal", many: "goals", input: goalInput }, (body, keeping) => ({
    shelf: "goals",
    ...body,
    ...keeping,
  })),
];
