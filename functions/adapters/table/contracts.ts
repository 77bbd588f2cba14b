import { contractProposal } from "../../../shared/contracts/contract-proposal.ts";
import { namesOfServer } from "../../../shared/contracts/offer/offered-names.ts";
import { type ToolContract, toolContract } from "../../../shared/contracts/tool-contract.ts";
import type { Readable } from "../../../shared/ports/damaged.ts";
import type { Contracts } from "../../../shared/ports/registries.ts";
import { notThere } from "./conditions.ts";
import type { Item } from "./item.ts";
import {
  CONTRACT_NAMES,
  CONTRACTS,
  contractKey,
  contractNameKey,
  contractNamePrefix,
  contractPrefix,
  NAMES_HELD,
  PROPOSED,
  proposalKey,
} from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** From the key alone: no tool's name holds a `#`. */
const toolIn = ({ sk }: Item): string => sk.slice(0, sk.lastIndexOf("#"));

const toContract = (item: Item): ToolContract => readBody(toolContract, item);

/** Items read at a time: most tools have few versions, and of one that has many no more than these are read. */
const READ_AT_A_TIME = 200;

/** Sorts after every version of a tool. */
const LAST_VERSION = 9_999_999_999;

/** Every version of every contract in one partition, by tool and version: a new version is one write and nothing else. */
export const contracts = (table: Table): Contracts => {
  const newestItem = async (tool_name: string): Promise<Item | undefined> => {
    const prefix = contractPrefix(tool_name);
    const [newest] = await table.query(CONTRACTS, { prefix, descending: true, limit: 1 });
    return newest;
  };

  const readable = async (): Promise<Readable<ToolContract>> => {
    const found = new Map<string, Item>();
    let after: string | undefined;
    for (;;) {
      const items = await table.query(CONTRACTS, { after, limit: READ_AT_A_TIME });
      for (const item of items) found.set(toolIn(item), item);
      const last = items.at(-1);
      if (last === undefined || items.length < READ_AT_A_TIME) break;
      // The page may end in the middle of a tool's versions: the rest of them are passed over.
      const tool_name = toolIn(last);
      found.set(tool_name, (await newestItem(tool_name)) ?? last);
      after = contractKey(tool_name, LAST_VERSION).sk;
    }
    const { items, damaged } = eachReadable([...found.values()], toContract);
    return { items, unreadable: damaged.map(toolIn) };
  };

  const holdNamesOf = async (contract: ToolContract): Promise<void> => {
    for (const name of namesOfServer(contract)) await table.put(contractNameKey(name, contract.tool_name));
  };

  return {
    readable,
    all: async () => (await readable()).items,
    get: async (tool_name, version) => {
      const item = await (version === undefined ? newestItem(tool_name) : table.get(contractKey(tool_name, version)));
      return item && toContract(item);
    },
    put: async (contract) => {
      // The names come first: one that is held and never used stands in nobody's way.
      await holdNamesOf(contract);
      const item = { ...contractKey(contract.tool_name, contract.version), ...bodyOf(contract) };
      return (await table.put(item, notThere)) === "written";
    },
    namedByServer: async (name) =>
      (await table.query(CONTRACT_NAMES, { prefix: contractNamePrefix(name) })).map(({ sk }) =>
        sk.slice(contractNamePrefix(name).length),
      ),
    holdNames: async () => {
      if ((await table.get(NAMES_HELD)) !== undefined) return;
      for (const contract of (await readable()).items) await holdNamesOf(contract);
      await table.put(NAMES_HELD);
    },
    proposed: async (tool_name) => {
      const item = await table.get(proposalKey(tool_name));
      return item && eachReadable([item], (each) => readBody(contractProposal, each)).items[0];
    },
    // One that cannot be read can be made again, and keeps no other from being confirmed.
    allProposed: async () =>
      eachReadable(await table.query(PROPOSED), (item) => readBody(contractProposal, item)).items,
    propose: async (proposal) => {
      await table.put({ ...proposalKey(proposal.contract.tool_name), ...bodyOf(proposal) });
    },
  };
};
