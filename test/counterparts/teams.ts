import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { listeningPort } from "./listening-port.ts";

/** A message as a workflow that posts to a channel takes it, by its documentation: one Adaptive Card of what Teams shows. */
export const teamsMessage = z.strictObject({
  type: z.literal("message"),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
        type: z.literal("AdaptiveCard"),
        version: z.enum(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"]),
        body: z.array(
          z.strictObject({
            type: z.literal("TextBlock"),
            text: z.string().min(1),
            wrap: z.literal(true),
            weight: z.enum(["Lighter", "Default", "Bolder"]).optional(),
          }),
        ),
        actions: z.array(z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string().min(1), url: z.url() })),
      }),
    }),
  ]),
});
type TeamsMessage = z.infer<typeof teamsMessage>;

/** The most that Teams takes, in bytes. */
export const MOST_BYTES = 28_000;

/** How the next message is met: with a status, or with a connection that breaks after the message was posted. */
type Misbehaviour = number | "posted, and broken off";

export type Teams = {
  /** The address of a workflow that posts what it is sent into the channel. */
  readonly url: string;
  readonly host: string;
  /** The messages of the channel, oldest first, each as what is read of it. */
  readonly channel: readonly string[];
  /** Messages that it refused: the status of each, and why. */
  readonly refused: readonly string[];
  misbehave(...how: Misbehaviour[]): void;
  /** Takes no message of more bytes from now on. */
  limit(bytes: number): void;
  clear(): void;
  stop(): Promise<void>;
};

/**
 * A workflow on loopback that begins when a request comes, as the documentation of Teams has people make one: it takes one
 * Adaptive Card of what Teams shows, of so many bytes at most, and answers 202 before anybody reads it.
 */
export const startTeams = async (): Promise<Teams> => {
  const channel: string[] = [];
  const refused: string[] = [];
  let next: Misbehaviour[] = [];
  let most = MOST_BYTES;

  const statusOf = (body: string): number => {
    if (Buffer.byteLength(body) > most) return 413;
    const parsed = teamsMessage.safeParse(JSON.parse(body));
    if (!parsed.success) refused.push(`400: ${z.prettifyError(parsed.error)}`);
    else channel.push(textOf(parsed.data));
    return parsed.success ? 202 : 400;
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const how = next.shift();
      if (typeof how === "number") return response.writeHead(how, { "retry-after": "30" }).end();
      const type = request.headers["content-type"];
      const status = request.method === "POST" && type === "application/json" ? statusOf(body) : 415;
      if (status === 413) refused.push("413");
      if (how !== undefined) return request.socket.resetAndDestroy();
      return response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${listeningPort(server)}`;
  return {
    url: `http://${host}/workflows/123/triggers/manual/paths/invoke`,
    host,
    channel,
    refused,
    misbehave: (...how) => {
      next = [...next, ...how];
    },
    limit: (bytes) => {
      most = bytes;
    },
    clear: () => {
      channel.length = 0;
      refused.length = 0;
      next = [];
      most = MOST_BYTES;
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};

const textOf = ({ attachments: [{ content }] }: TeamsMessage): string =>
  [...content.body.map((block) => block.text), ...content.actions.map(({ title, url }) => `${title}: ${url}`)].join(
    "\n",
  );
