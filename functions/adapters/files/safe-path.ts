import { join } from "node:path";

/**
 * A path below `root`, whatever the names are: each is encoded (no separator, no colon, nothing that a file system
 * reads as more than a name), and names made of dots alone are refused.
 */
export const safePath = (root: string, ...names: readonly string[]): string =>
  join(root, ...names.map((name) => encoded(name)));

const encoded = (name: string): string => {
  if (/^\.*$/.test(name)) throw new RangeError(`not a file name: "${name}"`);
  return encodeURIComponent(name).replaceAll("*", "%2A");
};

/** The name that `safePath` encoded. */
export const decodedName = (file: string): string => decodeURIComponent(file);
