import { createHash } from "node:crypto";

/** Ten digits: sorted as text is sorted as numbers. */
export const padded = (number: number): string => String(number).padStart(10, "0");

/**
 * Text that somebody else wrote, as part of a key: itself while it is short, else its digest. The two cannot be taken
 * for each other, because `=` stands only before the text itself.
 */
export const keyPart = (text: string): string =>
  Buffer.byteLength(text) <= 512 && text.isWellFormed()
    ? `=${text}`
    : createHash("sha256").update(text, "utf16le").digest("hex");

/** The text that a part of a key holds; of a digest, that itself. */
export const textOfKeyPart = (part: string): string => (part.startsWith("=") ? part.slice(1) : part);

/** FNV-1a over UTF-16 units: spreads evenly and is the same everywhere. */
export const shardOf = (text: string, shards: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
};
