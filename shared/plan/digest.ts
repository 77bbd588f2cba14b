import { hash } from "node:crypto";
import canonicalize from "canonicalize";
import { inCanonicalOrder } from "./canonical-order.ts";
import type { Json } from "./json.ts";

/** Text that JSON writes as it is: names, moments and digests, which the events of a chain are made of. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Canonical JSON (RFC 8785): one text for one value, whatever the order of its keys.
 * Throws on what JSON cannot carry (NaN, Infinity), which the schemas at the edge keep out.
 */
export const canonicalJson = (value: Json): string => {
  if (typeof value === "string" && PLAIN.test(value)) return `"${value}"`;
  const ordered = typeof value === "string" ? value : inCanonicalOrder(value);
  const quick = ordered === undefined ? undefined : JSON.stringify(ordered);
  // The engine writes half a character as an escape (`\ud83d`); canonical JSON has no form for it.
  const text = quick === undefined || quick.includes("\\ud") ? canonicalize(value) : quick;
  if (text === undefined) throw new TypeError("a value without a JSON form cannot be hashed");
  return text;
};

/**
 * SHA-256, in lower-case hex, over `buddy/<domain>/v1`, a zero byte and the canonical JSON of `value`.
 * The domain keeps a digest made for one purpose from being accepted for another.
 */
export const digestOf = (domain: string, value: Json): string => digestOfCanonical(domain, canonicalJson(value));

/** `digestOf` of a value whose canonical JSON is at hand. */
export const digestOfCanonical = (domain: string, text: string): string =>
  hash("sha256", `buddy/${domain}/v1\0${text}`);

/** SHA-256, in lower-case hex, of bytes as they are: for files, whose digest anybody can recompute. */
export const digestOfBytes = (bytes: string | Uint8Array): string => hash("sha256", bytes);
