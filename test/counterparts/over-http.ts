import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Client } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";

export type OverHttp = {
  /** `localhost:8080` */
  readonly host: string;
  readonly url: string;
  /** The tools that were called, in their order. */
  readonly called: readonly string[];
  /** From now on the tool is described so. */
  describe(tool: string, description: string): void;
  stop(): Promise<void>;
};

/** A server that is a program, as its vendor made it, behind Streamable HTTP on loopback. */
export const overHttp = async (
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<OverHttp> => {
  const program = new Client({ name: "in front of it", version: "1" });
  const env = { ...getDefaultEnvironment(), ...variables };
  await program.connect(new StdioClientTransport({ command, args: [...args], env, stderr: "ignore" }));
  const called: string[] = [];
  const otherwise = new Map<string, string>();
  const front = (): Server => {
    const server = new Server({ name: "behind it", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", async ({ params }) => {
      const { tools, ...listed } = await program.listTools(params);
      const told = tools.map((tool) => {
        const description = otherwise.get(tool.name);
        return description === undefined ? tool : { ...tool, description };
      });
      return { ...listed, tools: told };
    });
    server.setRequestHandler("tools/call", async ({ params }) => {
      called.push(params.name);
      return program.callTool(params);
    });
    return server;
  };
  const listener = getRequestListener((request) => createMcpHandler(front, { keepAliveMs: 0 }).fetch(request));
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = `localhost:${address.port}`;
  return {
    host,
    url: `http://${host}/mcp`,
    called,
    describe: (tool, description) => {
      otherwise.set(tool, description);
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await program.close();
    },
  };
};
