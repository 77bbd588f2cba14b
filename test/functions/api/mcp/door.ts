import { type ServerType, serve } from "@hono/node-server";
import type { Caller } from "../../../../functions/api/http/caller.ts";
import { type Connect, NEWER, OLDER } from "../../../harness/mcp-clients.ts";
import { as, BOB, type Harness, harness } from "../harness.ts";

export type Door = Harness & {
  readonly url: string;
  /** Calls are waited for from now on until their client is known to have given up; the machine works when it is told to. */
  slow(): void;
  /** How many clients are known to have given up. */
  readonly givenUp: () => number;
  readonly stop: () => Promise<void>;
};

/** The API over a real socket; while somebody waits for a call, the machine works. */
export const openDoor = async (changes: Parameters<typeof harness>[0] = {}): Promise<Door> => {
  const pace = { slow: false, givenUp: 0 };
  const h: Harness = await harness({
    changes: {
      changed: () => {},
      listen: (_execution_id, milliseconds) => {
        let over = milliseconds <= 0;
        return {
          isOver: () => over,
          wait: async (_pause, signal) => {
            if (pace.slow) {
              await gone(signal);
              pace.givenUp += 1;
            } else await h.settle();
            over = true;
          },
          stop: () => {},
        };
      },
    },
    ...changes,
  });
  const { server, port } = await new Promise<{ server: ServerType; port: number }>((resolve) => {
    const server = serve({ fetch: h.router.fetch, port: 0, hostname: "127.0.0.1" }, (info) =>
      resolve({ server, port: info.port }),
    );
  });
  return {
    ...h,
    url: `http://127.0.0.1:${port}/mcp`,
    slow: () => {
      pace.slow = true;
    },
    givenUp: () => pace.givenUp,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
};

const gone = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });

export const AGENT = as("client-of-agent-1", ["agent", "agent:agent_1"]);

export const headersOf = (caller: Caller = AGENT): Record<string, string> => ({
  authorization: `as ${caller.name} ${caller.scopes.join(",")}`,
});

const asAgent =
  (connect: Connect) =>
  (url: string, headers = headersOf()) =>
    connect(url, headers);

export const LINES = [
  { line: OLDER.line, connect: asAgent(OLDER.connect) },
  { line: NEWER.line, connect: asAgent(NEWER.connect) },
] as const;

/** Decides the one request that is open, as a person. */
export const decide = async (h: Harness, decision: Record<string, unknown>): Promise<void> => {
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  const { approval_id, digest } = request;
  await h.get(`/approvals/${approval_id}`, BOB);
  await h.post(`/approvals/${approval_id}/decision`, { digest, ...decision }, BOB);
  await h.settle();
};
