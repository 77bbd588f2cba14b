/** More of them are let go from the far end, from where they can be fetched again: a page is open for days. */
const MOST_KEPT = 20;

/**
 * The older pages of a list once its newest page has changed from `last` to `newest`. The page that was the newest is
 * kept where something of it stands nowhere else, so that nothing is missing between: one of many that came item by item.
 * None is kept where the newest one has nothing that was known: there may be more between than a page holds, and the list
 * begins anew, with the way on to all of that.
 */
export const keptPages = <Page>(
  older: readonly Page[],
  last: Page,
  newest: Page,
  namesOf: (page: Page) => readonly string[],
): readonly Page[] => {
  const [now, before] = [namesOf(newest), namesOf(last)];
  const elsewhere = new Set([...now, ...older.flatMap(namesOf)]);
  if (before.every((name) => elsewhere.has(name))) return older;
  const known = new Set([last, ...older].flatMap(namesOf));
  if (now.length > 0 && !now.some((name) => known.has(name))) return [];
  return [last, ...older].slice(0, Math.max(MOST_KEPT, older.length));
};

/** The same pages with one as it is now, unless that one ends before its end was, and would leave a gap to the next. */
export const lookedAtAgain = <Page extends { readonly next: string | null }>(
  older: readonly Page[],
  page: Page,
  now: Page,
  namesOf: (page: Page) => readonly string[],
): readonly Page[] => {
  const isWhole = now.next === null || now.next === page.next || namesOf(now).includes(namesOf(page).at(-1) ?? "");
  return isWhole ? older.map((each) => (each === page ? now : each)) : older;
};
