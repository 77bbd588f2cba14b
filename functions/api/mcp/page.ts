import { placeIn, sealedMark } from "../http/page-mark.ts";

/** Many clients read one page only: as many as fit in an answer that a model's host still takes. */
const MOST_ON_A_PAGE = 500;
const PAGE_BYTES = 1_048_576;

export type Page<Shown> = { readonly shown: Shown[]; readonly next: { readonly nextCursor?: string } };

/**
 * The page of a list, in the order of names, that a cursor of that list stands before; the first without one.
 * @throws InvalidPageToken
 */
export const pageOf = <Item, Shown>(
  list: string,
  items: readonly Item[],
  cursor: string | undefined,
  nameOf: (item: Item) => string,
  show: (item: Item) => Shown,
): Page<Shown> => {
  const after = cursor === undefined ? "" : nameIn(placeIn(list, cursor));
  const rest = items
    .filter((item) => nameOf(item) > after)
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const shown: Shown[] = [];
  let bytes = 0;
  for (const item of rest.slice(0, MOST_ON_A_PAGE)) {
    const next = show(item);
    bytes += Buffer.byteLength(JSON.stringify(next));
    if (shown.length > 0 && bytes > PAGE_BYTES) break;
    shown.push(next);
  }
  const last = rest[shown.length - 1];
  const more = last !== undefined && shown.length < rest.length;
  return { shown, next: more ? { nextCursor: sealedMark(list, base64url(nameOf(last))) } : {} };
};

const base64url = (name: string): string => Buffer.from(name).toString("base64url");

const nameIn = (place: string): string => Buffer.from(place, "base64url").toString();
