/** The items of pages, once each, in the order of the pages: the word of the first page on an item counts. */
export const onceEach = <Page, Item>(
  pages: readonly Page[],
  itemsOf: (page: Page) => readonly Item[],
  nameOf: (item: Item) => string,
): Item[] => {
  const found = new Map<string, Item>();
  for (const item of pages.flatMap(itemsOf)) if (!found.has(nameOf(item))) found.set(nameOf(item), item);
  return [...found.values()];
};
