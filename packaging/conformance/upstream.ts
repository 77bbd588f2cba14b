import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import {
  type CallToolResult,
  createMcpHandler,
  type GetPromptResult,
  ProtocolError,
  type ReadResourceResult,
  Server,
  type Tool,
} from "@modelcontextprotocol/server";

export type Listening = { readonly port: number; stop(): Promise<void> };

/** Serves on loopback, at a port that is free. */
export const listen = async (answer: (request: Request) => Promise<Response>): Promise<Listening> => {
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("there is no port");
  return {
    port: address.port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

const text = (words: string) => ({ type: "text", text: words }) as const;
const image = { type: "image", data: PNG, mimeType: "image/png" } as const;
const embedded = (uri: string, mimeType: string, words: string) =>
  ({ type: "resource", resource: { uri, mimeType, text: words } }) as const;

const none = { type: "object", properties: {}, additionalProperties: false } as const;

/** Tools that the suite calls, by what each answers. */
const TOOLS: Readonly<Record<string, CallToolResult>> = {
  test_simple_text: { content: [text("This is a simple text response for testing.")] },
  test_image_content: { content: [image] },
  test_audio_content: { content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] },
  test_embedded_resource: { content: [embedded("test://embedded-resource", "text/plain", "An embedded resource.")] },
  test_multiple_content_types: {
    content: [
      text("Multiple content types test:"),
      image,
      embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ],
  },
  test_error_handling: { isError: true, content: [text("This tool intentionally returns an error for testing")] },
  json_schema_2020_12_tool: { content: [text("ok")] },
};

const SCHEMA_2020_12 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: { address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } },
  properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
  additionalProperties: false,
} as const;

const tools = (): Tool[] =>
  Object.keys(TOOLS).map((name) => ({
    name,
    description: `Tool ${name} of the suite`,
    inputSchema: name === "json_schema_2020_12_tool" ? { ...SCHEMA_2020_12 } : { ...none },
  }));

const said = (content: GetPromptResult["messages"][number]["content"]) => ({ role: "user", content }) as const;

const PROMPTS: Readonly<Record<string, (args: Readonly<Record<string, string>>) => GetPromptResult>> = {
  test_simple_prompt: () => ({ messages: [said(text("This is a simple prompt for testing."))] }),
  test_prompt_with_arguments: ({ arg1 = "", arg2 = "" }) => ({
    messages: [said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
  }),
  test_prompt_with_embedded_resource: ({ resourceUri = "test://example-resource" }) => ({
    messages: [
      said(embedded(resourceUri, "text/plain", "Embedded resource content for testing.")),
      said(text("Read it.")),
    ],
  }),
  test_prompt_with_image: () => ({ messages: [said(image), said(text("Please analyze the image above."))] }),
};

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  test_prompt_with_arguments: ["arg1", "arg2"],
  test_prompt_with_embedded_resource: ["resourceUri"],
};

const readOf = (uri: string): ReadResourceResult => {
  if (uri === "test://static-text") return { contents: [{ uri, mimeType: "text/plain", text: "A static text." }] };
  if (uri === "test://static-binary") return { contents: [{ uri, mimeType: "image/png", blob: PNG }] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) throw new ProtocolError(-32_602, `no resource ${uri}`, { uri });
  return { contents: [{ uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true }) }] };
};

/** A server with the tools, prompts and resources that the public suite asks for, by the official SDK. */
const suiteServer = (): Server => {
  const server = new Server(
    { name: "suite", version: "1.0.0" },
    { capabilities: { tools: {}, prompts: {}, resources: {} } },
  );
  server.setRequestHandler("tools/list", () => ({ tools: tools() }));
  server.setRequestHandler("tools/call", ({ params: { name } }) => {
    const answer = TOOLS[name];
    if (answer === undefined) throw new ProtocolError(-32_602, `Unknown tool: ${name}`);
    return answer;
  });
  server.setRequestHandler("prompts/list", () => ({
    prompts: Object.keys(PROMPTS).map((name) => ({
      name,
      description: `Prompt ${name} of the suite`,
      arguments: (ARGUMENTS[name] ?? []).map((each) => ({ name: each, description: each, required: true })),
    })),
  }));
  server.setRequestHandler("prompts/get", ({ params }) => {
    const make = PROMPTS[params.name];
    if (make === undefined) throw new ProtocolError(-32_602, `no prompt ${params.name}`);
    return make(params.arguments ?? {});
  });
  server.setRequestHandler("resources/list", () => ({
    resources: [
      { uri: "test://static-text", name: "static text", mimeType: "text/plain" },
      { uri: "test://static-binary", name: "static binary", mimeType: "image/png" },
    ],
  }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [{ uriTemplate: "test://template/{id}/data", name: "by id", mimeType: "application/json" }],
  }));
  server.setRequestHandler("resources/read", ({ params }) => readOf(params.uri));
  return server;
};

export const startUpstream = (): Promise<Listening> => {
  const handler = createMcpHandler(suiteServer, { keepAliveMs: 0 });
  return listen((request) => handler.fetch(request));
};
