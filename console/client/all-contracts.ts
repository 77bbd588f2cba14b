import type { ContractList } from "../../functions/api/schemas.ts";
import type { Api } from "./api.ts";
import type { Answer } from "./http.ts";

/** A page holds 1 MiB of contracts at least, or one. */
const MOST_PAGES = 200;

/** Every contract in force, and what waits to be confirmed: whoever looks for one by name must not miss it on a later page. */
export const allContracts = async (api: Api): Promise<Answer<ContractList>> => {
  const first = await api.contracts(undefined);
  if (first.kind !== "value") return first;
  const all = { ...first.value, contracts: [...first.value.contracts], pending: [...first.value.pending] };
  let requests = 1;
  for (let page = 1; page < MOST_PAGES && all.next !== null; page += 1) {
    const more = await api.contracts(all.next);
    if (more.kind !== "value") return more;
    requests += 1;
    all.contracts.push(...more.value.contracts);
    all.pending.push(...more.value.pending);
    all.unreadable.push(...more.value.unreadable);
    all.next = more.value.next;
  }
  return { kind: "value", value: all, requests };
};
