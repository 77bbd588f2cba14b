import type { BodyRef } from "../../shared/execution/step-record.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";

/**
 * Documents are immutable and named by their digest, so a process may keep the ones it parsed: a wave of 200 rungs then
 * reads a schedule of several megabytes once, and hundreds of small executions at once read theirs once each. Bounded by
 * what they hold together, in steps and contracts: 20,000 usual ones take about 20 MB. Those that were asked for last stay.
 */
export const KEPT_ENTRIES = 20_000;

type Kept<Document> = { readonly document: Promise<Document>; entries: number };

export const keepDocuments = <Document>(parse: (body: Json) => Document, entriesOf: (document: Document) => number) => {
  const kept = new Map<string, Kept<Document>>();
  let entries = 0;
  const drop = (digest: string, each: Kept<Document>): void => {
    if (kept.get(digest) !== each) return;
    kept.delete(digest);
    entries -= each.entries;
  };
  const weigh = (digest: string, each: Kept<Document>, document: Document): void => {
    if (kept.get(digest) !== each) return;
    each.entries = entriesOf(document);
    entries += each.entries;
    for (const [oldest, other] of kept) {
      if (entries <= KEPT_ENTRIES) break;
      if (other !== each) drop(oldest, other);
    }
  };
  return async (bodies: Deps["bodies"], ref: BodyRef): Promise<Document> => {
    const known = kept.get(ref.digest);
    kept.delete(ref.digest);
    const each = known ?? { document: bodies.get(ref).then(parse), entries: 0 };
    kept.set(ref.digest, each);
    if (known === undefined) {
      each.document.then(
        (document) => weigh(ref.digest, each, document),
        // A failed read is no document: the next one asks again.
        () => drop(ref.digest, each),
      );
    }
    return each.document;
  };
};
