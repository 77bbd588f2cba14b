import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { commandLine, type StdioMcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { McpCredentials } from "../../../shared/ports/mcp.ts";
import { NotSent } from "../http/why-nothing-came.ts";
import { MessageLines } from "./message-lines.ts";
import type { Opened } from "./session.ts";

/** As much of a program's last words is kept as anybody reads. */
const WORDS_KEPT = 2_000;

export type OpenStdio = (server: StdioMcpServer, credentials: () => McpCredentials) => Opened;

/** Runs programs that an operator allowed, each with exactly the arguments and variables that were allowed. */
export const stdioTransports =
  (allowed_commands: readonly string[]): OpenStdio =>
  (server, credentials) => {
    const line = commandLine(server);
    if (!allowed_commands.includes(line)) throw new NotSent(`this server does not run ${quoted(line)}`);
    const transport = new StdioClientTransport({
      command: server.command,
      args: [...server.args],
      env: { ...credentials().env },
      stderr: "pipe",
    });
    // The library has no other way to bound a message than to end the program for it.
    Object.assign(transport, { _readBuffer: new MessageLines() });
    let words = "";
    transport.stderr?.on("data", (chunk) => {
      words = (words + String(chunk)).slice(-WORDS_KEPT);
    });
    return { transport, negotiates: false, said: () => words.trim() };
  };
