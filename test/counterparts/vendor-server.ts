import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type Json, json } from "../../shared/plan/json.ts";
import { makeCertificate } from "./certificate.ts";
import { listeningPort } from "./listening-port.ts";

export type VendorRequest = {
  readonly method: string;
  /** As it was sent, query and all. */
  readonly target: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Json;
};
export type VendorReply = {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: { [name: string]: string };
};

/** How the next request that is not for a token is treated. */
export type Lapse =
  | "refused"
  | "silent_after_acting"
  | "fail_after_acting"
  | "reset_before_acting"
  | "too_many_requests";

export type VendorServer = {
  readonly host: string;
  readonly cert: string;
  readonly requests: VendorRequest[];
  lapse(how: Lapse): void;
  /** The next request of that method; others go on as ever. */
  lapseOn(method: string, how: Lapse): void;
  stop(): Promise<void>;
};

/** A vendor's service on loopback, over HTTPS; what it answers is its own to say. */
export const startVendor = async (answer: (request: VendorRequest) => VendorReply): Promise<VendorServer> => {
  const { key, cert } = makeCertificate();
  const requests: VendorRequest[] = [];
  const lapses: { readonly how: Lapse; readonly method?: string }[] = [];
  const lapseOf = ({ url, method: sent }: VendorRequest): Lapse | undefined => {
    if (url.pathname.endsWith("/token")) return undefined;
    const at = lapses.findIndex(({ method = sent }) => method === sent);
    return at < 0 ? undefined : lapses.splice(at, 1)[0]?.how;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await sentBy(request);
    requests.push(sent);
    const lapse = lapseOf(sent);
    if (lapse === "refused") return send(response, { status: 400, body: { message: "refused" } });
    if (lapse === "too_many_requests") return send(response, { status: 429, body: { message: "too many requests" } });
    if (lapse === "reset_before_acting") return void request.socket.destroy();
    const reply = answer(sent);
    if (lapse === "silent_after_acting") return;
    send(response, lapse === "fail_after_acting" ? { status: 500, body: { message: "it broke" } } : reply);
  };
  const server = createServer({ key, cert }, (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    host: `localhost:${listeningPort(server)}`,
    cert,
    requests,
    lapse: (how) => {
      lapses.push({ how });
    },
    lapseOn: (method, how) => {
      lapses.push({ method, how });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const sentBy = async (request: IncomingMessage): Promise<VendorRequest> => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const { method = "", url = "/", headers } = request;
  const isJson = headers["content-type"] === "application/json";
  const body = text === "" ? null : isJson ? json.parse(JSON.parse(text)) : text;
  return { method, target: url, url: new URL(url, "https://vendor.example"), headers, body };
};

const send = (response: ServerResponse, { status, body, headers = {} }: VendorReply): void => {
  response.writeHead(status, body === undefined ? headers : { ...headers, "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};
