import type { Tool } from "@modelcontextprotocol/client";
import { digestOf } from "../../../shared/audit/digest.ts";
import { type ToolDefinition, toolDefinition } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import { json } from "../../../shared/plan/json.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import type { McpAnswer, McpLimits, McpTarget } from "../../../shared/ports/mcp.ts";
import type { PushBack } from "../../../shared/ports/tools.ts";
import { type ClientOptions, NotSent } from "../http/connections.ts";
import { guardedFetch } from "../http/guarded-fetch.ts";
import { Connection, limitsOf } from "./connection.ts";
import { openHttp } from "./http-transport.ts";
import { inWords, outcomeOf } from "./outcome.ts";
import { type Open, type UnderwayState, underway } from "./session.ts";
import type { OpenStdio } from "./stdio-transport.ts";
import type { KeptMcpClient } from "./when-needed.ts";

export type McpClientOptions = {
  readonly reach: ClientOptions;
  /** Runs programs; left out where none may be run. */
  readonly stdio?: OpenStdio;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** MCP servers by the official SDK: each connected when it is needed, and kept. docs/adr/0024 has the choices. */
export const mcpClient = ({ reach, stdio, now }: McpClientOptions): KeptMcpClient => {
  const fetch = guardedFetch(reach);
  const connections = new Map<string, Connection>();

  const openerOf = ({ server }: McpTarget): Open => {
    if (server.kind === "http") return (credentials) => openHttp(fetch, server, credentials, now);
    return (credentials) => {
      if (stdio === undefined) throw new NotSent("programs are run where Buddy runs on one machine, and only there");
      return stdio(server, credentials);
    };
  };

  const connectionTo = (target: McpTarget): Connection => {
    const { server, credentials } = target;
    const id = digestOf("mcp-connection", { server, family: credentials.family, env: { ...credentials.env } });
    const connection = connections.get(id) ?? new Connection(openerOf(target), credentials, now);
    connections.set(id, connection);
    connection.credentials = credentials;
    return connection;
  };

  const list = async (connection: Connection, limits: McpLimits, state: UnderwayState): Promise<readonly Tool[]> => {
    const { tools } = await underway.run({ state }, () =>
      connection.use(limits, (client) => client.listTools(undefined, limitsOf(limits))),
    );
    connection.listed = new Map(tools.map((tool) => [tool.name, tool]));
    return tools;
  };

  return {
    tools: async (target, limits) => {
      const connection = connectionTo(target);
      const known = connection.stands;
      const state: UnderwayState = { sent: false };
      try {
        // A session that the server has forgotten meanwhile is found out here, where asking twice does no harm.
        const tools = await list(connection, limits, state).catch(async (error: unknown) => {
          await connection.drop();
          if (!known || limits.signal?.aborted === true || state.again_in_seconds !== undefined) throw error;
          return list(connection, limits, state);
        });
        return accept(tools.flatMap(definitionOf));
      } catch (error) {
        const words = (error instanceof NotSent ? error.message : inWords(error)) + connection.lastWords();
        return refuse({ error: words, ...pushBackIn(state) });
      }
    },
    call: async (target, { tool, arguments: args, meta }, limits) => {
      const connection = connectionTo(target);
      const { signal } = limits;
      // A message to a program's stdin has left as soon as it is connected.
      const state: UnderwayState = { sent: false };
      try {
        const result = await connection.use(limits, (client) => {
          state.sent = target.server.kind === "stdio";
          return underway.run({ state, ...(signal === undefined ? {} : { signal }) }, () =>
            client.callTool(
              { name: tool, arguments: { ...args }, _meta: { ...meta } },
              { ...limitsOf(limits), toolDefinition: withoutOutput(tool, connection.listed.get(tool)) },
            ),
          );
        });
        const { content, structuredContent, isError = false } = result;
        const structured = structuredContent === undefined ? {} : { structured: json.parse(structuredContent) };
        return { kind: "answered", result: { is_error: isError, content: json.parse(content), ...structured } };
      } catch (error) {
        const answer = { ...outcomeOf(error, state.sent, connection.lastWords()), ...pushBackIn(state) };
        if (!speaksOn(answer)) await connection.drop().catch(() => {});
        return answer;
      }
    },
    stop: async () => {
      await Promise.allSettled([...connections.values()].map((connection) => connection.stop()));
      connections.clear();
    },
  };
};

/** When the server asks to be asked again, where it does. */
const pushBackIn = ({ again_in_seconds: seconds }: UnderwayState): PushBack =>
  seconds === undefined ? {} : { again_in_seconds: seconds };

/** Whether the server can be asked again over the same connection. A slow one is a good one. */
const speaksOn = (answer: McpAnswer): boolean =>
  answer.kind === "failed" || (answer.kind === "unknown" && answer.timed_out);

/** The library checks results by an output schema after the tool has acted, and calls a misfit an error. */
const withoutOutput = (name: string, listed: Tool | undefined): Tool => ({
  name,
  inputSchema: listed?.inputSchema ?? { type: "object" },
});

const definitionOf = (tool: Tool): ToolDefinition[] => {
  const { name, description, inputSchema, outputSchema, annotations } = tool;
  const described = toolDefinition.safeParse({
    name,
    description: description ?? "",
    input_schema: inputSchema,
    ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  });
  return described.success ? [described.data] : [];
};
