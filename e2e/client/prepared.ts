import { agentReply, contractReply, liveReply } from "../../functions/api/schemas.ts";
import { Client } from "./api.ts";
import { type Deployment, readDeployment } from "./deployment.ts";
import { agentToken, type Person, signIn } from "./people.ts";
import { AGENTS } from "./plans.ts";

export type Team = {
  readonly at: Deployment;
  readonly agents: Client;
  readonly alice: Client;
  readonly bob: Client;
  readonly people: { readonly agents: Person; readonly alice: Person; readonly bob: Person };
};

/** A team at work: an agent's host, and two people who may do everything. LIVE is on, their agents are registered. */
export const team = async (
  agents: readonly { readonly agent_id: string }[] = AGENTS,
  contracts: readonly { readonly tool_name: string }[] = [],
): Promise<Team> => {
  const at = readDeployment();
  const people = {
    agents: await agentToken(at),
    alice: await signIn(at, "alice"),
    bob: await signIn(at, "bob"),
  };
  const [host, alice, bob] = [people.agents, people.alice, people.bob].map((person) => new Client(at, person));
  if (host === undefined || alice === undefined || bob === undefined) throw new Error("somebody is missing");
  for (const agent of agents) await alice.ask(agentReply, "PUT", `/agents/${agent.agent_id}`, agent);
  for (const contract of contracts) await alice.ask(contractReply, "PUT", `/contracts/${contract.tool_name}`, contract);
  await alice.ask(liveReply, "PUT", "/system/live", { enabled: true, reason: "the tests act on the sandbox" });
  return { at, agents: host, alice, bob, people };
};
