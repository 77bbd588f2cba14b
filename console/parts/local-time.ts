/** A moment (ISO 8601) as a box for local times wants it; empty for what is no moment, as a link that was cut short has it. */
export const localOf = (instant: string): string => {
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? "" : local.toISOString().slice(0, 16);
};

/** The moment of a box for local times; undefined while nothing stands in it that is one. */
export const instantOf = (local: string): string | undefined => {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};
