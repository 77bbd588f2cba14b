import { COLLECTIONS } from "../world/world.ts";

const PREFIXES: { readonly [collection: string]: string } = {
  [COLLECTIONS.ghlContacts]: "ghl:contact:",
  [COLLECTIONS.mployerContacts]: "mployer:contact:",
  [COLLECTIONS.outbox]: "mail:",
  [COLLECTIONS.elements]: "page:",
  [COLLECTIONS.webActions]: "web_action:",
  [COLLECTIONS.journal]: "journal:",
};

/** How previews and refusals name a record: `ghl:contact:c1`. */
export const recordLabel = (collection: string, id: string): string =>
  `${(Object.hasOwn(PREFIXES, collection) ? PREFIXES[collection] : undefined) ?? `${collection}:`}${id}`;
