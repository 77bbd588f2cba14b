import { contractProposal } from "../../../shared/contracts/contract-proposal.ts";
import { type ToolContract, toolContract } from "../../../shared/contracts/tool-contract.ts";
import type { Contracts } from "../../../shared/ports/registries.ts";
import { notThere } from "./conditions.ts";
import { CONTRACTS, contractKey, contractPrefix, PROPOSED, proposalKey } from "./keys.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Item, Table } from "./table.ts";

const toContract = (item: Item): ToolContract => readBody(toolContract, item);

/** Every version of every contract in one partition, by tool and version: a new version is one write and nothing else. */
export const contracts = (table: Table): Contracts => ({
  all: async () => {
    const versions = (await table.query(CONTRACTS)).map(toContract);
    return [...new Map(versions.map((contract) => [contract.tool_name, contract])).values()];
  },
  get: async (tool_name, version) => {
    if (version !== undefined) {
      const item = await table.get(contractKey(tool_name, version));
      return item && toContract(item);
    }
    const prefix = contractPrefix(tool_name);
    const [newest] = await table.query(CONTRACTS, { prefix, descending: true, limit: 1 });
    return newest && toContract(newest);
  },
  put: async (contract) => {
    const item = { ...contractKey(contract.tool_name, contract.version), ...bodyOf(contract) };
    return (await table.put(item, notThere)) === "written";
  },
  proposed: async (tool_name) => {
    const item = await table.get(proposalKey(tool_name));
    return item && readBody(contractProposal, item);
  },
  allProposed: async () => (await table.query(PROPOSED)).map((item) => readBody(contractProposal, item)),
  propose: async (proposal) => {
    await table.put({ ...proposalKey(proposal.contract.tool_name), ...bodyOf(proposal) });
  },
});
