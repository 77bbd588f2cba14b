import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byCaller } from "../http/paths.ts";
import { callerNameBody, callerNameRemoved, callerNameReply } from "../schemas.ts";
import { nameCaller, unnameCaller } from "./caller-names.ts";

const keeps = {
  ...none,
  group: "administer",
  scopes: ["contracts:write"],
  path: "/names/{caller}",
  params: byCaller,
} as const;

/** Names that callers' ids are read by. */
export const callerNameEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...keeps,
      method: "PUT",
      summary: "Give a caller's id a name that people read beside it",
      description:
        "The id is what the caller's token says in `sub`, such as the client id of an app. Names are for reading: four eyes, " +
        "lists and locks go by the id. A name that could be taken for another caller's is refused.",
      body: callerNameBody,
      reply: callerNameReply,
      statuses: [200, 201],
    },
    async ({ params, body, caller }) => {
      const named = await nameCaller(deps)(params.caller, body.name, caller.name);
      return named.ok ? accept({ status: named.value.created ? 201 : 200, body: named.value }) : named;
    },
  ),
  endpoint(
    {
      ...keeps,
      method: "DELETE",
      summary: "Take a caller's name away: the id is read alone",
      reply: callerNameRemoved,
    },
    async ({ params, caller }) => {
      const removed = await unnameCaller(deps)(params.caller, caller.name);
      return removed.ok ? accept({ body: removed.value }) : removed;
    },
  ),
];
