import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import type { Deps } from "../deps.ts";
import { seedWorld } from "../tools/world/seed-world.ts";
import type { World } from "../tools/world/world.ts";

export type Prepared = { readonly contracts: number; readonly records: number };

/**
 * The records that a first start needs: the standard tools, and unless `seed` is false the sandbox's people and pages.
 * A record that is there stays as it is, so preparing twice is preparing once. @returns how many of each were new
 */
export const prepare =
  (deps: Pick<Deps, "contracts">, world: World) =>
  async ({ seed }: { readonly seed: boolean }): Promise<Prepared> => {
    let contracts = 0;
    for (const contract of standardContracts()) if (await deps.contracts.put(contract)) contracts += 1;
    return { contracts, records: seed ? await seedWorld(world) : 0 };
  };
