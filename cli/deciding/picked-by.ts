const NONE = new Set(["", "none", "no", "n"]);

/**
 * Rows from 1 to `count` that a person names: `all`, `none` (as an empty line), or numbers and spans of
 * them, such as `2,4` or `1-3 7`. @returns the numbers, or nothing where any part of it is not understood
 */
export const pickedBy = (answer: string, count: number): ReadonlySet<number> | undefined => {
  const text = answer.trim().toLowerCase();
  if (NONE.has(text)) return new Set();
  const all = Array.from({ length: count }, (_, at) => at + 1);
  if (text === "all") return new Set(all);
  const picked = new Set<number>();
  for (const part of text.split(/\s*,\s*|\s+/u)) {
    const span = /^(?<from>\d+)(?:-(?<to>\d+))?$/u.exec(part)?.groups;
    const from = Number(span?.from);
    const to = Number(span?.to ?? span?.from);
    if (!(from >= 1 && from <= to && to <= count)) return undefined;
    for (const number of all.slice(from - 1, to)) picked.add(number);
  }
  return picked;
};
