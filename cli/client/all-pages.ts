import type { Reply } from "./http.ts";

type Page = { readonly next: string | null };

/** Every page of a list, the first first. */
export const allPages = async <P extends Page>(
  page: (next?: string) => Promise<Reply<P>>,
): Promise<[Reply<P>, ...Reply<P>[]]> => {
  const first = await page();
  const pages: [Reply<P>, ...Reply<P>[]] = [first];
  for (let next = first.value.next; next !== null; ) {
    const another = await page(next);
    pages.push(another);
    next = another.value.next;
  }
  return pages;
};

/**
 * All pages as one document, of which `lists` gives what goes on from page to page; in `raw` too, so that --json gives
 * one whole document. The rest is the first page's. A single page stays as it came.
 */
export const joinedPages = async <P extends Page>(
  page: (next?: string) => Promise<Reply<P>>,
  lists: (pages: readonly P[]) => Partial<P>,
): Promise<Reply<P>> => {
  const pages = await allPages(page);
  const [first] = pages;
  if (pages.length === 1) return first;
  const joined = (view: (page: Reply<P>) => P): P => ({ ...view(first), ...lists(pages.map(view)), next: null });
  const value = joined((each) => each.value);
  return { raw: JSON.parse(JSON.stringify(value)), value, printable: joined((each) => each.printable) };
};
