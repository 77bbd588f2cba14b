import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { besides, type Figure, figureOf } from "../figure.ts";
import { startedProcess } from "./announced.ts";
import { type Beside, timesBeside } from "./times.ts";
import { byClient, type KeptClient, overHttp } from "./ways.ts";

const program = join(import.meta.dirname, "program.ts");
const installed = (name: string, file: string): string => join(import.meta.dirname, "../node_modules", name, file);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("there is no port");
  return address.port;
};

const PATIENCE_MS = 30_000;
const LOOK_MS = 100;

/** Connects as soon as it listens. @throws Error after 30 s */
const whenItListens = async (url: string): Promise<KeptClient> => {
  for (const began = performance.now(); ; ) {
    try {
      return await byClient(overHttp({ url }), "get_contact");
    } catch (error) {
      if (performance.now() - began > PATIENCE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
};

/** mcp-proxy (npm): a program behind, Streamable HTTP in front. */
const throughMcpProxy = async (): Promise<KeptClient> => {
  const port = String(await freePort());
  const options = ["--host", "127.0.0.1", "--port", port, "--server", "stream"];
  const args = [installed("mcp-proxy", "dist/bin/mcp-proxy.mjs"), ...options, "--", process.execPath, program];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const client = await whenItListens(`http://127.0.0.1:${port}/mcp`);
  return {
    call: client.call,
    close: async () => {
      await client.close();
      child.kill();
      await once(child, "exit");
    },
  };
};

/** supergateway (npm): Streamable HTTP behind, a program in front; the other way round it would listen to the network. */
const throughSupergateway = (url: string): Promise<KeptClient> => {
  const args = [installed("supergateway", "dist/index.js"), "--logLevel", "none", "--streamableHttp", url];
  return byClient(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }), "get_contact");
};

/**
 * One read of one MCP server, by the official client: directly, through Buddy, and through two gateways that pass
 * everything on as it comes. They rehearse nothing, ask nobody, keep no record and refuse no changed definition.
 */
export const benchGateways = async (): Promise<Figure[]> => {
  const service = await startedProcess("upstream.ts");
  const buddy = await startedProcess("buddy.ts", [service.url]);
  const upstream = `${service.url}/mcp`;
  const clients = {
    bare: await byClient(overHttp({ url: upstream }), "get_contact"),
    program: await byClient(new StdioClientTransport({ command: process.execPath, args: [program] }), "get_contact"),
    buddy: await byClient(overHttp({ ...buddy, url: `${buddy.url}/mcp` }), "contact_by_mcp"),
    proxy: await throughMcpProxy(),
    supergateway: await throughSupergateway(upstream),
  };
  try {
    const [bare, stdio, governed, proxied, bridged] = await timesBeside(
      [clients.bare, clients.program, clients.buddy, clients.proxy, clients.supergateway].map(({ call }) => call),
    );
    return [
      added("a read of an MCP server through Buddy: added at the median", governed, bare),
      added("  through supergateway 4.0.0, which keeps no record", bridged, bare),
      added("  through mcp-proxy 6.7.19, which keeps no record", proxied, stdio),
    ];
  } finally {
    for (const client of Object.values(clients)) await client.close();
    await buddy.stop();
    await service.stop();
  }
};

const added = (words: string, through: Beside | undefined, barely: Beside | undefined): Figure => {
  if (through === undefined || barely === undefined) throw new Error(`${words}: was not measured`);
  return besides(figureOf(words, through.alone.median - barely.alone.median, "ms"), barely.alone.median);
};
