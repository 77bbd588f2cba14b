/** Years of four digits sort as text; what lies beyond them is as good as never. */
const FIRST = Date.parse("0000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * The moment so many milliseconds after another, which ISO 8601 can say and text comparison can sort: seconds come from
 * plans, contracts and services, and may be any number. `from` is in milliseconds since 1970.
 */
export const instantAfter = (from: number, milliseconds: number): string =>
  new Date(Math.min(LAST, Math.max(FIRST, from + milliseconds))).toISOString();

/** A moment of every month from that of `from` to that of `to`. */
export const monthsBetween = (from: string, to: string): string[] => {
  const month = new Date(`${from.slice(0, 7)}-01T00:00:00.000Z`);
  const months: string[] = [];
  while (month.toISOString() < to) {
    months.push(month.toISOString());
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return months;
};
