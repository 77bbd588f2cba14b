import type { ContractList } from "../replies/registries.ts";
import { joinedPages } from "./all-pages.ts";
import type { Api } from "./api.ts";
import type { Reply } from "./http.ts";

/** The contracts in force of all tools, and all that wait to be confirmed. */
export const everyContract = (api: Api): Promise<Reply<ContractList>> =>
  joinedPages(
    (next) => api.contracts(next),
    (pages) => ({
      contracts: pages.flatMap(({ contracts }) => contracts),
      pending: pages.flatMap(({ pending }) => pending),
    }),
  );
