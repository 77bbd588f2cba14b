import type { Command } from "commander";
import { z } from "zod";
import { agentName } from "../../shared/plan/given-names.ts";
import { AGENT_SCOPE, agentScope } from "../../shared/scopes.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { agentListLines } from "../render/registries.ts";
import { show } from "../session.ts";
import { hours, noArguments, noOptions, oneArgument } from "./options.ts";
import { printOwnToken } from "./own-token.ts";
import { putAgents } from "./registries.ts";

export const addAgents = (program: Command, app: App): void => {
  const agents = program
    .command("agents")
    .summary("the agents' registry")
    .description("Who the agents are, who owns them, and what they are granted.");
  addCommand(agents, app, {
    usage: "list",
    summary: "all registered agents",
    teaches: "With owner and granted permissions. What a plan declares beyond them does not count.",
    examples: ["buddy agents list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.agents(), (list) => agentListLines(list, session.context));
      return EXIT.ok;
    },
  });
  addCommand(agents, app, {
    usage: "add <file>",
    summary: "register agents, or change them",
    teaches: '<file> holds one agent, an array, or {"agents": [...]}.',
    examples: ["buddy agents add examples/agents.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: (session, [path]) => putAgents(session, path),
  });
  addCommand(agents, app, {
    usage: "token <agent>",
    summary: "a token for an agent on this machine",
    teaches: `With it the agent proposes, waits and reads in its own name, and nothing else: it decides nothing, names no other agent
and finds nothing of theirs. It cannot be taken back before it ends. Of a deployment an agent gets its token from the issuer, by client
credentials: the stack's own pool has a client for each of its \`agents\`.`,
    examples: [
      "BUDDY_TOKEN=$(buddy agents token agent_1) node agent.js",
      "buddy agents token agent_1 --hours 1 --json",
    ],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_authorised],
    flags: [{ flags: "--hours <n>", says: "how long the token lasts (default: 12)" }],
    args: z.tuple([agentName]),
    options: z.object({ hours: hours.default(12) }),
    run: (session, [agent], { hours: lasts }) => {
      const scopes = [AGENT_SCOPE, agentScope(agent)] as const;
      const elsewhere = `ask the issuer for the scopes ${scopes.join(" and ")} with the client of that agent`;
      return printOwnToken(session, { name: agent, scopes, hours: lasts, told: { agent }, elsewhere });
    },
  });
};
