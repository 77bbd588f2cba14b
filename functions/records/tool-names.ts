import type { Deps } from "../deps.ts";

/** The names of tools that have a contract that can be read. */
export const toolNames =
  ({ contracts }: Pick<Deps, "contracts">) =>
  async (): Promise<readonly string[]> =>
    (await contracts.readable()).items.map(({ tool_name }) => tool_name);
