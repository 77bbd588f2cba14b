import { execFile } from "node:child_process";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "..", "..");

/** The protocol's own suite, in the version that docs/mcp.md names. */
const suiteNamed = async (): Promise<string> => {
  const page = await readFile(join(repository, "docs", "mcp.md"), "utf8");
  const [, name, version] = /`(@modelcontextprotocol\/conformance)` (\d+\.\d+\.\d+)/.exec(page) ?? [];
  if (name === undefined) throw new Error("docs/mcp.md names no version of the public suite");
  return `${name}@${version}`;
};

/**
 * Installed at the first run, into a folder that names what is in it.
 * @returns the path of its program
 */
export const publicSuite = async (): Promise<string> => {
  const suite = await suiteNamed();
  const folder = join(repository, ".tmp", "e2e", suite.replaceAll("/", "+"));
  const program = join(folder, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
  const there = await access(program).then(
    () => true,
    () => false,
  );
  if (there) return program;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "suite", private: true }));
  try {
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", suite], { cwd: folder });
  } catch (error) {
    // Half of it would be taken for the whole at the next run.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return program;
};

/** The suite's words about one scenario against a server, however it ends. */
export const playScenario = async (program: string, url: string, scenario: string): Promise<string> => {
  const args = [program, "server", "--url", url, "--scenario", scenario];
  const ended = run(process.execPath, args, { env: { ...process.env, NO_COLOR: "1" } });
  // Its words say what failed.
  const { stdout } = await ended.catch((error: { stdout: string }) => error);
  return stdout;
};

/** The suite has no token: on loopback, this adds one to its requests and passes them on as they are. */
export const withToken = async (url: string, token: string): Promise<{ url: string; stop(): Promise<void> }> => {
  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", headers: given } = request;
    const headers = new Headers({ authorization: `Bearer ${token}` });
    for (const name of ["accept", "content-type", "mcp-protocol-version", "origin"]) {
      const value = given[name];
      if (typeof value === "string") headers.set(name, value);
    }
    const body = await buffer(request);
    const answer = await fetch(url, { method, headers, ...(body.length === 0 ? {} : { body }) });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    passOn(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/mcp`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
