import type { Api } from "../client/api.ts";
import type { Reply } from "../client/http.ts";
import type { ContractList } from "../replies/registries.ts";

/** The contracts in force of all tools, page after page; in `raw` too, so that --json gives one whole document. */
export const everyContract = async (api: Api): Promise<Reply<ContractList>> => {
  const first = await api.contracts();
  const pages = [first];
  for (let next = first.value.next; next !== null; ) {
    const page = await api.contracts(next);
    pages.push(page);
    next = page.value.next;
  }
  if (pages.length === 1) return first;
  const joined = (view: (page: Reply<ContractList>) => ContractList): ContractList => ({
    ...view(first),
    contracts: pages.flatMap((page) => view(page).contracts),
    pending: pages.flatMap((page) => view(page).pending),
    next: null,
  });
  const value = joined((page) => page.value);
  return { raw: JSON.parse(JSON.stringify(value)), value, printable: joined((page) => page.printable) };
};
