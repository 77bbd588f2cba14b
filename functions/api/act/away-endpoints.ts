import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { byPerson } from "../http/paths.ts";
import { awayBody, awayRemoved, awayReply } from "../schemas.ts";
import { act } from "./acting.ts";
import { sayAway, sayBack } from "./say-away.ts";

/** People say that they, or others, are away. */
export const awayEndpoints = (deps: Deps): Endpoint[] => {
  const away = { ...act, scopes: ["approvals:decide", "contracts:write"], params: byPerson } as const;
  return [
    endpoint(
      {
        ...away,
        method: "PUT",
        path: "/away/{person}",
        summary: "Say that somebody is away, and who is told of requests instead",
        description:
          "In place of what was said before. With `approvals:decide` for oneself, with `contracts:write` for anybody. " +
          "It changes who is told of requests, never who may decide them.",
        body: awayBody,
        reply: awayReply,
      },
      async ({ params: { person }, body, caller }) => {
        const said = await sayAway(deps)(person, body, caller);
        return said.ok ? accept({ body: said.value }) : said;
      },
    ),
    endpoint(
      {
        ...away,
        method: "DELETE",
        path: "/away/{person}",
        summary: "Say that somebody is here again",
        reply: awayRemoved,
      },
      async ({ params: { person }, caller }) => {
        const back = await sayBack(deps)(person, caller);
        return back.ok ? accept({ body: back.value }) : back;
      },
    ),
  ];
};
