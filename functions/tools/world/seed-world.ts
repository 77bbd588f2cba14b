import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import { ghlContacts, goals, memory, mployerContacts, pages, type Seed } from "./seed-data.ts";
import type { World } from "./world.ts";

/** The author in the record of seeded values. */
export const SEED_AUTHOR = { by: "the sandbox's seed", mark: null } as const;

/**
 * Fills an empty sandbox; records that exist (even removed ones, or ones that cannot be read) are left alone, so seeding
 * twice is seeding once.
 * @returns how many records were new.
 */
export const seedWorld = async (
  world: World,
  { contacts = 50, candidates = 20 }: { contacts?: number; candidates?: number } = {},
): Promise<number> => {
  const seeds = [...ghlContacts(contacts), ...mployerContacts(candidates), ...pages(), ...memory(), ...goals()];
  let written = 0;
  for (const batch of batches(seeds, 25)) {
    const results = await Promise.all(
      batch.map(({ collection, id, value }) =>
        unlessDamaged(
          () => world.write(collection, id, value, 0, SEED_AUTHOR),
          () => "moved",
        ),
      ),
    );
    written += results.filter((result) => result === "written").length;
  }
  return written;
};

/** A few writes at a time: a table on one machine serves them one by one anyway. */
const batches = (seeds: readonly Seed[], size: number): Seed[][] =>
  Array.from({ length: Math.ceil(seeds.length / size) }, (_, index) => seeds.slice(index * size, (index + 1) * size));
