import { Agent as PlainAgent } from "node:http";
import { Agent } from "node:https";
import type { SecureContext } from "node:tls";

/** The certificates that a server is checked by; those that Node trusts unless given. */
type Trusted = { readonly secureContext?: SecureContext };

export type Agents = { readonly secure: Agent; readonly plain: PlainAgent };

/** Agents of which each request has a connection of its own. */
export const freshAgents = (trusted: Trusted): Agents => ({
  secure: new Agent({ keepAlive: false, ...trusted }),
  plain: new PlainAgent({ keepAlive: false }),
});

/** Calls of one service at a time beyond that make connections of their own, as before. */
const MOST_KEPT = 16;

/** Agents that keep connections, each for requests that were found to go to those very addresses. */
export const keptAgents = (timeout: number, trusted: Trusted): Agents => {
  const keeping = { keepAlive: true, maxFreeSockets: MOST_KEPT, timeout };
  return { secure: byAddresses(new Agent({ ...keeping, ...trusted })), plain: byAddresses(new PlainAgent(keeping)) };
};

const byAddresses = <Kind extends PlainAgent>(agent: Kind): Kind => {
  const nameOf = agent.getName.bind(agent);
  agent.getName = (options) =>
    `${nameOf(options)} ${options !== undefined && "addresses" in options ? String(options.addresses) : ""}`;
  return agent;
};
