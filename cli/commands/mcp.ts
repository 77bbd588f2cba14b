import type { Command } from "commander";
import { z } from "zod";
import { agentName } from "../../shared/plan/given-names.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { noArguments } from "./options.ts";

const serveStdio = async (session: Session, agent: string | undefined): Promise<ExitCode> => {
  const { context, api, name, ownToken } = session;
  if (agent === undefined && name !== null) {
    throw new CliError("which agent asks is not known", EXIT.usage, {
      remedy: "name it with --agent, or set $BUDDY_TOKEN to the agent's own token",
    });
  }
  // The protocol's library is large; no other command speaks it.
  const { pipeMcp } = await import("../client/mcp-pipe.ts");
  const url = new URL(`${api.endpoint.replace(/\/+$/u, "")}/mcp`);
  const { fetch, err, wait } = context;
  const pipe = pipeMcp({ url, fetch, token: () => ownToken(agent), wait, ...context.pipes(), say: err });
  await Promise.race([pipe, context.interrupted(), context.unread]);
  return EXIT.ok;
};

export const addMcp = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "mcp",
    summary: "an MCP server on stdin and stdout, for an agent's program: every call of its tools is governed",
    teaches: `Started by MCP clients that run a program: it passes what they say on to the server's /mcp, and the answers back. Nothing
but the protocol is printed on stdout. Here the agent is named; of a deployment its own token stands in $BUDDY_TOKEN.`,
    examples: ["buddy mcp --agent agent_1", "BUDDY_TOKEN=... buddy mcp --endpoint https://buddy.example.com"],
    exits: [EXIT.ok],
    flags: [{ flags: "--agent <name>", says: "the agent that asks, with a server on this machine" }],
    args: noArguments,
    options: z.object({ agent: agentName.optional() }),
    run: (session, _args, { agent }) => serveStdio(session, agent),
  });
