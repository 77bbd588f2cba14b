import { isPending } from "../../../shared/contracts/contract-proposal.ts";
import { contractsByName, registryStatistics } from "../../../shared/contracts/registry.ts";
import { shownContract } from "../../../shared/contracts/shown-contract.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import type { Deps } from "../../deps.ts";
import type { ContractList } from "../schemas.ts";

/** An answer has 4 MiB at most; a contract and a version of it that waits have some 100 KB each at most. */
const PAGE_BYTES = 1_048_576;

/** The mark of the page after that name. */
const markOf = (tool_name: string): string => Buffer.from(`tool:${tool_name}`).toString("base64url");

/** @throws InvalidPageToken */
const nameIn = (mark: string | undefined): string => {
  if (mark === undefined) return "";
  const text = Buffer.from(mark, "base64url").toString();
  if (!text.startsWith("tool:") || Buffer.from(text).toString("base64url") !== mark) throw new InvalidPageToken(mark);
  return text.slice("tool:".length);
};

/**
 * The contracts in force, by name, and what waits to be confirmed of them: `limit` tools at most, and fewer where they
 * are large. Statistics are of all of them, on each page. @throws InvalidPageToken
 */
export const listContracts =
  (deps: Pick<Deps, "contracts">) =>
  async ({ limit, next }: { limit: number; next?: string | undefined }): Promise<ContractList> => {
    const after = nameIn(next);
    const [known, proposed] = await Promise.all([deps.contracts.readable(), deps.contracts.allProposed()]);
    const inForce = contractsByName(known.items);
    const waiting = new Map(proposed.map((proposal) => [proposal.contract.tool_name, proposal]));
    const rest = [...inForce.keys()].filter((name) => name > after).sort();
    const contracts: ContractList["contracts"] = [];
    const pending: ContractList["pending"] = [];
    let bytes = 0;
    for (const name of rest.slice(0, limit)) {
      const contract = inForce.get(name);
      if (contract === undefined) continue;
      const proposal = waiting.get(name);
      const shown = proposal !== undefined && isPending(proposal, contract) ? [proposal] : [];
      bytes += Buffer.byteLength(JSON.stringify([contract, shown]));
      if (contracts.length > 0 && bytes > PAGE_BYTES) break;
      contracts.push(shownContract(contract));
      pending.push(...shown.map((each) => ({ ...each, contract: shownContract(each.contract) })));
    }
    const last = contracts.at(-1)?.tool_name;
    const more = last !== undefined && contracts.length < rest.length;
    return {
      contracts,
      pending,
      statistics: registryStatistics([...inForce.values()]),
      unreadable: next === undefined ? known.unreadable : [],
      next: more ? markOf(last) : null,
    };
  };
