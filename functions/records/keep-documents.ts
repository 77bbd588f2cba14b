import type { BodyRef } from "../../shared/execution/record/step-record.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";

/** Of JSON, for each kind of document: objects take two to three times as much memory, of the 512 MB of a function. */
export const KEPT_CHARACTERS = 16_000_000;

export type KeptDocuments<Document> = {
  (bodies: Deps["bodies"], ref: BodyRef): Promise<Document>;
  /** Lets go of all: the next to ask reads anew. */
  forget(): void;
};

type Kept<Document> = { readonly document: Promise<Document>; characters: number };

/**
 * Documents are immutable and named by their digest, so a process may keep the ones it parsed: a wave of 200 rungs then
 * reads a schedule of several megabytes once, and hundreds of small executions at once read theirs once each. `bound`: on
 * the characters of JSON that they have together, since one step may have a thousand times the arguments of another.
 * Those that were asked for last stay; one that is larger than the bound is kept alone.
 */
export const keepDocuments = <Document>(
  parse: (body: Json) => Document,
  bound = KEPT_CHARACTERS,
): KeptDocuments<Document> => {
  const kept = new Map<string, Kept<Document>>();
  let characters = 0;
  const drop = (digest: string, each: Kept<Document>): void => {
    if (kept.get(digest) !== each) return;
    kept.delete(digest);
    characters -= each.characters;
  };
  const weigh = (digest: string, each: Kept<Document>, weight: number): void => {
    if (kept.get(digest) !== each) return;
    each.characters = weight;
    characters += weight;
    for (const [oldest, other] of kept) {
      if (characters <= bound) break;
      if (other !== each) drop(oldest, other);
    }
  };
  const read = (bodies: Deps["bodies"], ref: BodyRef): Kept<Document> => {
    const body = bodies.get(ref);
    const each = { document: body.then(parse), characters: 0 };
    each.document.then(
      async () => weigh(ref.digest, each, JSON.stringify(await body).length),
      // A failed read is no document: the next one asks again.
      () => drop(ref.digest, each),
    );
    return each;
  };
  const asked = async (bodies: Deps["bodies"], ref: BodyRef): Promise<Document> => {
    const each = kept.get(ref.digest) ?? read(bodies, ref);
    // A document that is asked for goes to the end: the first is the one that was asked for longest ago.
    kept.delete(ref.digest);
    kept.set(ref.digest, each);
    return each.document;
  };
  const forget = (): void => {
    kept.clear();
    characters = 0;
  };
  return Object.assign(asked, { forget });
};
