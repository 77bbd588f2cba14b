import type { Item } from "../functions/adapters/table/item.ts";

/** One write that was done. */
export type Written = { readonly before: Item | undefined; readonly after: Item | undefined; readonly by: string };
