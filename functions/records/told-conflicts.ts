/** Far below what one record may hold; all of them stand in the schedule, which the event names by its digest. */
const MOST_TOLD = 1_000;

/** Conflicts as an event tells them: of thousands the first, and how many more there are. */
export const toldConflicts = <Told>(
  conflicts: readonly Told[],
): { readonly conflicts: Told[]; readonly more_conflicts?: number } => {
  const told = conflicts.slice(0, MOST_TOLD);
  return conflicts.length === told.length
    ? { conflicts: told }
    : { conflicts: told, more_conflicts: conflicts.length - told.length };
};
