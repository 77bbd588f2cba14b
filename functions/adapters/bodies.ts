import { canonicalJson, digestOf } from "../../shared/audit/digest.ts";
import type { BodyRef } from "../../shared/execution/step-record.ts";
import { type Json, json } from "../../shared/plan/json.ts";
import { BodyLost } from "../../shared/ports/bodies.ts";

/** What every store of bodies does alike: `<prefix>/<digest>.json`, canonical JSON, digest over the domain `body`. */
export const sealedBody = (prefix: string, value: Json): { ref: BodyRef; text: string } => {
  const digest = digestOf("body", value);
  return { ref: { key: `${prefix}/${digest}.json`, digest }, text: canonicalJson(value) };
};

/** The body of a reference, if what was read is what was written. @throws BodyLost */
export const openBody = (ref: BodyRef, text: string | undefined): Json => {
  if (text === undefined) throw new BodyLost(ref.key, "missing");
  const value = parsed(text);
  if (value === undefined || digestOf("body", value) !== ref.digest) throw new BodyLost(ref.key, "changed");
  return value;
};

/** @returns undefined where it is no JSON. */
const parsed = (text: string): Json | undefined => {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
