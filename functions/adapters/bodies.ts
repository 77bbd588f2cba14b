import type { BodyRef } from "../../shared/execution/record/step-record.ts";
import { canonicalJson, digestOfCanonical } from "../../shared/plan/digest.ts";
import type { Json } from "../../shared/plan/json.ts";
import { BodyLost } from "../../shared/ports/bodies.ts";

/**
 * Reading and checking that every store of bodies does alike: `<prefix>/<digest>.json`, canonical JSON, digest over the
 * domain `body`.
 */
export const sealedBody = (prefix: string, value: Json): { ref: BodyRef; text: string } => {
  const text = canonicalJson(value);
  const digest = digestOfCanonical("body", text);
  return { ref: { key: `${prefix}/${digest}.json`, digest }, text };
};

/** The body of a reference, if what was read is what was written. @throws BodyLost */
export const openBody = (ref: BodyRef, text: string | undefined): Json => {
  if (text === undefined) throw new BodyLost(ref.key, "missing");
  if (digestOfCanonical("body", text) !== ref.digest) throw new BodyLost(ref.key, "changed");
  return JSON.parse(text);
};
