import { mintToken } from "../../local/tokens.ts";
import { type Json, json } from "../../shared/plan/json.ts";
import { SCOPES } from "../../shared/scopes.ts";
import type { Crm } from "../counterparts/crm.ts";
import type { ServerProcess } from "./server-process.ts";

export type Reply = { readonly status: number; readonly body: Json };
export type Asked = { as?: string; body?: Json; key?: string };
export type Client = {
  /** Asks until there is an answer, however often the server dies in between. */
  request(method: "GET" | "POST", path: string, asked?: Asked): Promise<Reply>;
  /** The records of the sandbox world. */
  world(): Promise<Json>;
  /** The records at the counterpart. */
  readonly service: Pick<Crm, "contacts">;
  /** Requests that were lost with the server and sent again. */
  lost(): number;
};

/** `onReply` is told of every reply with the number of replies so far, before anybody acts on it. */
export const clientOf = (
  folder: string,
  server: ServerProcess,
  service: Pick<Crm, "contacts">,
  onReply: (replies: number) => void,
): Client => {
  const tokens = new Map<string, Promise<string>>();
  let replies = 0;
  let lost = 0;

  const tokenOf = (name: string): Promise<string> => {
    const token = tokens.get(name) ?? mintToken(folder, { name, scopes: SCOPES, now: new Date(), seconds: 86_400 });
    tokens.set(name, token);
    return token;
  };

  const untilAnswered = async (ask: (at: { url: string; world: string }) => Promise<Response>): Promise<Reply> => {
    for (;;) {
      const at = await server.listening();
      const reply = await ask(at)
        .then(async (response) => ({ status: response.status, body: json.parse(await response.json()) }))
        .catch((error: unknown) => {
          // A connection that was cut; anything else is a defect of the test.
          if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
          throw error;
        });
      if (reply !== undefined) return reply;
      lost += 1;
      // The death of the server is noticed in a moment, its connections are cut at once.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  return {
    service,
    lost: () => lost,
    world: async () => (await untilAnswered(({ world }) => fetch(world))).body,
    request: async (method, path, { as = "sam", body, key } = {}) => {
      const headers = {
        authorization: `Bearer ${await tokenOf(as)}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const reply = await untilAnswered(({ url }) => fetch(`${url}${path}`, init));
      replies += 1;
      onReply(replies);
      return reply;
    },
  };
};
