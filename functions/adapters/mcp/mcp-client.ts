import { type Client, ProtocolError, type Tool } from "@modelcontextprotocol/client";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { type JsonObject, json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type {
  McpAnswer,
  McpLimits,
  McpListing,
  McpNoAnswer,
  McpQuestion,
  McpTarget,
} from "../../../shared/ports/mcp.ts";
import type { ClientOptions } from "../http/connections.ts";
import { guardedFetch } from "../http/guarded-fetch.ts";
import { NotSent, NotYet } from "../http/why-nothing-came.ts";
import { MOST_READ_PAST_BYTES } from "./bounded-body.ts";
import { resultAsSaid } from "./call-result.ts";
import { Connection, limitsOf } from "./connection.ts";
import { describedTools } from "./described-tools.ts";
import { openHttp } from "./http-transport.ts";
import { asSaid, toolsAsSaid } from "./item-by-item.ts";
import { inWords, isUnauthorized, outcomeOf, passingIn, passingQuestion } from "./outcome.ts";
import { type Open, type UnderwayState, underway } from "./session.ts";
import type { OpenStdio } from "./stdio-transport.ts";
import { asTooLong, TooLong } from "./too-long.ts";
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
  const fetch = guardedFetch(reach, MOST_READ_PAST_BYTES);
  const connections = new Map<string, Connection>();
  let stopped = false;

  /** A question that is asked once more after the stop would start a program that nobody ends. */
  const unlessStopped =
    (open: Open): Open =>
    (credentials) => {
      if (stopped) throw new NotYet("servers are connected to no more before the next start");
      return open(credentials);
    };

  const openerOf = ({ server }: McpTarget): Open => {
    if (server.kind === "http") return (credentials) => openHttp(fetch, server, credentials, now);
    return (credentials) => {
      if (stdio === undefined) throw new NotSent("programs are run where Buddy runs on one machine, and only there");
      return stdio(server, credentials);
    };
  };

  const connectionTo = (target: McpTarget): Connection => {
    const { server: registered, credentials } = target;
    const { passes_on: _to_agents, ...server } = registered;
    const id = digestOf("mcp-connection", { server, family: credentials.family, env: { ...credentials.env } });
    const connection = connections.get(id) ?? new Connection(unlessStopped(openerOf(target)), credentials, now);
    connections.set(id, connection);
    connection.credentials = credentials;
    return connection;
  };

  /** Asks for something that changes nothing, so that asking twice does no harm. */
  const asked = async <Value>(
    target: McpTarget,
    limits: McpLimits,
    question: (client: Client, connection: Connection) => Promise<Value>,
  ): Promise<Result<Value, McpNoAnswer>> => {
    const connection = connectionTo(target);
    const known = connection.stands;
    const state: UnderwayState = { sent: false };
    const { signal } = limits;
    const under = { state, ...(signal === undefined ? {} : { signal }) };
    const once = () => underway.run(under, () => connection.use(limits, (client) => question(client, connection)));
    try {
      const value = await once().catch(async (thrown: unknown) => {
        const error = asTooLong(thrown);
        if (error instanceof TooLong || (error instanceof ProtocolError && SETTLED.includes(error.code))) throw error;
        // A session that the server has forgotten meanwhile is found out here.
        await connection.drop();
        if (!known || limits.signal?.aborted === true || state.again_in_seconds !== undefined) throw error;
        return once();
      });
      return accept(value);
    } catch (thrown) {
      const error = asTooLong(thrown);
      if (isUnauthorized(error)) target.unauthorized?.();
      // A program that answers has not ended: what it said on stderr before tells nothing of its answer.
      const isAnswer = error instanceof ProtocolError;
      const words =
        (error instanceof NotSent ? error.message : inWords(error)) + (isAnswer ? "" : connection.lastWords());
      const code = isAnswer ? { code: error.code } : {};
      return refuse({ error: words, ...code, ...pushBackIn(state), ...passingQuestion(error) });
    }
  };

  return {
    tools: (target, limits) =>
      asked(target, limits, async (client, connection) => {
        const cacheMode = limits.fresh === true ? "refresh" : "use";
        const listed = await client.listTools(undefined, { ...limitsOf(limits), cacheMode });
        const described = describedTools(toolsAsSaid(listed.tools));
        connection.listed = new Map(described.tools.map(({ name, input_schema }) => [name, input_schema]));
        return described;
      }),
    list: (target, listing, limits) =>
      asked(target, limits, async (client) =>
        json.array().parse(asSaid(await LISTS[listing](client, limitsOf(limits))).map(({ item }) => item)),
      ),
    ask: (target, question, limits) =>
      asked(target, limits, async (client) => json.parse(await answerOf(client, question, limitsOf(limits)))),
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
        return { kind: "answered", result: resultAsSaid(result) };
      } catch (thrown) {
        const error = asTooLong(thrown);
        if (isUnauthorized(error)) target.unauthorized?.();
        const passing = state.sent ? passingIn(error) : passingQuestion(error);
        const again = { ...pushBackIn(state), ...passing };
        const answer = { ...outcomeOf(error, state.sent, connection.lastWords()), ...again };
        if (!(error instanceof TooLong || speaksOn(answer))) await connection.drop().catch(() => {});
        return answer;
      }
    },
    stop: async () => {
      stopped = true;
      await Promise.allSettled([...connections.values()].map((connection) => connection.stop()));
      connections.clear();
    },
  };
};

/** Codes with which a server says of the question itself that it would say no again: no such method, parameters, resource. */
const SETTLED = [-32_601, -32_602, -32_002];

type Limits = ReturnType<typeof limitsOf>;

/** The library keeps each list for as long as the server said that it holds. */
const LISTS = {
  prompts: async (client: Client, limits: Limits) =>
    client.getServerCapabilities()?.prompts === undefined ? [] : (await client.listPrompts(undefined, limits)).prompts,
  resources: async (client: Client, limits: Limits) =>
    client.getServerCapabilities()?.resources === undefined
      ? []
      : (await client.listResources(undefined, limits)).resources,
  templates: async (client: Client, limits: Limits) =>
    client.getServerCapabilities()?.resources === undefined
      ? []
      : (await client.listResourceTemplates(undefined, limits)).resourceTemplates,
} as const satisfies Record<McpListing, (client: Client, limits: Limits) => Promise<Parameters<typeof asSaid>[0]>>;

const answerOf = (client: Client, question: McpQuestion, limits: Limits): Promise<unknown> => {
  switch (question.kind) {
    case "prompt":
      return client.getPrompt({ name: question.name, arguments: { ...question.arguments } }, limits);
    case "resource":
      // A reader gets what is there now, and nothing that was read is kept.
      return client.readResource({ uri: question.uri }, { ...limits, cacheMode: "bypass" });
  }
};

/** When the server asks to be asked again, where it does. */
const pushBackIn = ({ again_in_seconds: seconds }: UnderwayState): PushBack =>
  seconds === undefined ? {} : { again_in_seconds: seconds };

/** Whether the server can be asked again over the same connection. A slow one is a good one. */
const speaksOn = (answer: McpAnswer): boolean =>
  answer.kind === "failed" || (answer.kind === "unknown" && answer.timed_out);

/** The library checks results by an output schema after the tool has acted, and calls a misfit an error. */
const withoutOutput = (name: string, input_schema: JsonObject | undefined): Tool => ({
  name,
  inputSchema: { ...input_schema, type: "object" },
});
