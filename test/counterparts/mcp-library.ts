import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import {
  createMcpHandler,
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  type ReadResourceResult,
  type Resource,
  Server,
} from "@modelcontextprotocol/server";
import { z } from "zod";

/** How a method is answered from now on: not at all, with a status, page after page, or with something else than it should. */
export type LibraryFault = "silent" | "endless" | { readonly status: number } | { readonly result: object };

export type Library = {
  readonly url: string;
  /** `localhost:8080` */
  readonly host: string;
  /** Methods of the protocol that arrived. */
  readonly methods: string[];
  readonly faults: Map<string, LibraryFault>;
  readonly prompts: Prompt[];
  readonly resources: Resource[];
  /** For how long its lists hold, in milliseconds. */
  holds: number;
  fresh(): void;
  stop(): Promise<void>;
};

const NOTE = { uri: "notes://all?of=ann#1", name: "all notes", mimeType: "text/plain" };
const COMPLETE = { resultType: "complete", ttlMs: 0, cacheScope: "private" };

const asked = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.object({ cursor: z.string().optional() }).optional(),
});

/** A server of prompts and resources over Streamable HTTP on loopback, by the official SDK. `named`: in all that it says. */
export const startLibrary = async (named: string): Promise<Library> => {
  const methods: string[] = [];
  const faults: Library["faults"] = new Map();
  const icons = [{ src: "https://elsewhere.example.com/i.png" }];
  const prompts: Prompt[] = [
    { name: "summary", description: `Sums up (${named})`, arguments: [{ name: "topic", required: true }], icons },
  ];
  const resources: Resource[] = [{ ...NOTE, description: `Notes (${named})`, _meta: { hidden: true } }];

  const promptOf = (name: string, topic: string | undefined): GetPromptResult => {
    if (!prompts.some((prompt) => prompt.name === name)) throw new ProtocolError(-32_602, `no prompt ${name}`);
    if (topic === undefined) throw new ProtocolError(-32_602, "topic is needed");
    return {
      messages: [
        { role: "user", content: { type: "text", text: `${named}: sum up ${topic}` } },
        { role: "user", content: { type: "resource_link", ...NOTE } },
        { role: "assistant", content: { type: "resource", resource: { uri: NOTE.uri, text: "Ann called" } } },
      ],
    };
  };
  const resourceOf = (uri: string): ReadResourceResult => {
    if (uri === NOTE.uri) return { contents: [{ uri, mimeType: "text/plain", text: `Ann called (${named})` }] };
    if (uri === "notes://7/raw") return { contents: [{ uri, mimeType: "image/png", blob: "aGVsbG8=" }] };
    throw new ProtocolError(-32_602, "no such resource", { uri });
  };
  const store = { holds: 0 };
  const kept = () => ({ ttlMs: store.holds, cacheScope: "private" as const });
  const library = (): Server => {
    const server = new Server({ name: named, version: "1" }, { capabilities: { prompts: {}, resources: {} } });
    server.setRequestHandler("prompts/list", () => ({ prompts, ...kept() }));
    server.setRequestHandler("resources/list", () => ({ resources, ...kept() }));
    server.setRequestHandler("resources/templates/list", () => ({
      resourceTemplates: [{ uriTemplate: "notes://{id}/raw", name: "a note" }],
    }));
    server.setRequestHandler("prompts/get", ({ params }) => promptOf(params.name, params.arguments?.topic));
    server.setRequestHandler("resources/read", ({ params }) => resourceOf(params.uri));
    return server;
  };

  const handler = createMcpHandler(library, { keepAliveMs: 0 });
  const listener = getRequestListener(async (request) => {
    const message = asked.safeParse(await request.clone().json());
    const { id, method, params } = message.success ? message.data : { id: 0, method: request.method };
    methods.push(method);
    const fault = faults.get(method);
    if (fault === undefined) return handler.fetch(request);
    if (fault === "silent") return new Promise<Response>(() => {});
    if (fault !== "endless" && "status" in fault) return new Response("as told", { status: fault.status });
    const page = { prompts, resources, nextCursor: `${params?.cursor ?? ""}x` };
    return Response.json({
      jsonrpc: "2.0",
      id,
      result: { ...COMPLETE, ...(fault === "endless" ? page : fault.result) },
    });
  });
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the counterpart has no port");
  const host = `localhost:${address.port}`;
  return Object.assign(store, {
    url: `http://${host}/mcp`,
    host,
    methods,
    faults,
    prompts,
    resources,
    fresh: () => {
      faults.clear();
      methods.length = 0;
      prompts.length = 1;
      store.holds = 0;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
};
