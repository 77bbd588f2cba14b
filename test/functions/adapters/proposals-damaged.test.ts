import { expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import { agentProposalKey, proposalKey } from "../../../functions/adapters/table/keys/of-registries.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";

const by = { proposed_by: "olga", proposed_at: "2026-01-31T12:00:00.000Z" };

it("a proposal for an agent that cannot be read counts as none, and another takes its place", async () => {
  const table = memoryTable();
  const { agents } = tablePorts(table);
  await table.put({ ...agentProposalKey("desk"), body: "{half a rec" });
  expect([await agents.proposed("desk"), await agents.allProposed()]).toEqual([undefined, []]);
  const agent = {
    ...{ agent_id: "desk", owner: "dana", granted_permissions: ["pay"], allowed_submitters: [] },
    default_confidence: null,
  };
  const proposal = { agent, widens: ["permission pay is granted"], over: "digest", ...by };
  await agents.propose(proposal);
  expect(await agents.proposed("desk")).toEqual(proposal);
});

it("a proposal for a contract that cannot be read counts as none, and another takes its place", async () => {
  const table = memoryTable();
  const { contracts } = tablePorts(table);
  const [contract] = standardContracts();
  if (contract === undefined) throw new Error("there are standard contracts");
  await table.put({ ...proposalKey(contract.tool_name), body: "{half a rec" });
  expect([await contracts.proposed(contract.tool_name), await contracts.allProposed()]).toEqual([undefined, []]);
  const proposal = { contract, lowers: ["its risk"], ...by };
  await contracts.propose(proposal);
  expect(await contracts.proposed(contract.tool_name)).toEqual(proposal);
});
