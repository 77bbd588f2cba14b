import type { Command } from "commander";
import { z } from "zod";
import { agentName } from "../../shared/plan/given-names.ts";
import { json } from "../../shared/plan/json.ts";
import { AGENT_SCOPE, agentScope } from "../../shared/scopes.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { agentListLines, pendingAgentLines } from "../render/registries.ts";
import { type Session, show } from "../session.ts";
import { isConfirmed } from "./confirmed.ts";
import { hours, noArguments, noOptions, oneArgument } from "./options.ts";
import { printOwnToken } from "./own-token.ts";
import { putAgents } from "./registries.ts";

/** Shows what a pending registration widens, asks, and puts the same in one's own name. */
const confirmAgent = async (session: Session, agent_id: string, yes: boolean): Promise<ExitCode> => {
  const list = await session.api.agents();
  const at = list.value.pending.findIndex(({ agent }) => agent.agent_id === agent_id);
  const [pending, shown] = [list.value.pending[at], list.printable.pending[at]];
  if (pending === undefined || shown === undefined) {
    throw new CliError(`no change of agent ${agent_id} waits to be confirmed`, EXIT.not_found, {
      remedy: `see what does: ${hint.agents()}`,
    });
  }
  const lines = pendingAgentLines(shown).slice(0, -1);
  const question = `May ${shown.agent.agent_id} do that?`;
  if (!(await isConfirmed(session, { lines, question, yes }))) return EXIT.ok;
  const put = await session.api.putAgent(agent_id, json.parse(pending.agent));
  show(session, put, ({ agent, pending: still }) => [
    still === undefined
      ? `${agent.agent_id} may do that from now on`
      : `It stays as it was: ${still.proposed_by} proposed it, and another person must confirm it`,
  ]);
  return put.value.pending === undefined ? EXIT.ok : EXIT.not_authorised;
};

export const addAgents = (program: Command, app: App): void => {
  const agents = program
    .command("agents")
    .summary("the agents' registry")
    .description("Who the agents are, who owns them, and what they are granted.");
  addCommand(agents, app, {
    usage: "list",
    summary: "all registered agents",
    teaches: `With owner and granted permissions. What a plan declares beyond them does not count. At the end stands what waits for a
second person to confirm it.`,
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
    teaches: `<file> holds one agent, an array, or {"agents": [...]}. A new agent counts at once, and so does a change that narrows what it
may do. One that widens it (a permission, who may submit for it, its usual confidence, another owner) waits for a second
person, and the command ends with 8. Of several all are looked at before the first is stored: a fault in one stores none, and all faults are
told at once.`,
    examples: ["buddy agents add examples/agents.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict, EXIT.waiting_for_people],
    args: oneArgument,
    options: noOptions,
    run: (session, [path]) => putAgents(session, path),
  });
  addCommand(agents, app, {
    usage: "confirm <agent>",
    summary: "let count what somebody else proposed (a change that widens what an agent may do)",
    teaches: `Lowering a guard takes two: what an agent may do more than before waits until another person than the one who
proposed it confirms it. Shows what it widens, asks, and lets it count. Taking something away needs nobody else.`,
    examples: ["buddy agents confirm crm_agent --as olga", "buddy agents confirm crm_agent --yes"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_authorised, EXIT.not_found, EXIT.conflict],
    flags: [{ flags: "--yes", says: "do not ask" }],
    args: oneArgument,
    options: z.object({ yes: z.boolean().default(false) }),
    run: (session, [agent], { yes }) => confirmAgent(session, agent, yes),
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
