import MiniSearch from "minisearch";
import { type Entry, type Shelf, wordsOf } from "../../../../shared/contracts/knowledge/entry.ts";
import type { Place, ReadingKnowledge } from "../../../../shared/ports/knowledge.ts";

/** An entry that answers a query, with how well: of one search, more is better. */
export type Found = { readonly entry: Entry; readonly score: number };

export type KnownEntries = {
  readonly all: readonly Entry[];
  /** Those that match, best first; equally good ones by id. */
  matching(query: string): Found[];
};

/** Searches what an agent may read: its own entries, and those of every agent. */
export type KnowledgeSearch = { of(shelf: Shelf, agent_id: string): Promise<KnownEntries> };

/** More words make no query better, and each is compared with every word there is. */
const MAX_WORDS = 32;
/** Agents whose entries are kept ready; of others they are read again. */
const KEPT_READY = 4;

const keyOf = (entry: Entry): string => `${entry.agent_id === null ? "all" : "own"} ${entry.id}`;
const byKey = (one: Entry, other: Entry): number => (keyOf(one) < keyOf(other) ? -1 : 1);

const indexed = (entries: readonly Entry[]): KnownEntries => {
  const all = [...entries].sort(byKey);
  const places = new Map(all.map((entry, place) => [place, entry]));
  const index = new MiniSearch<{ id: number; words: string }>({
    fields: ["words"],
    processTerm: (term) => term.normalize("NFKC").toLowerCase().slice(0, 64),
    searchOptions: { prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 4 ? 0.2 : false), maxFuzzy: 2 },
  });
  index.addAll(all.map((entry, id) => ({ id, words: wordsOf(entry) })));
  return {
    all,
    matching: (query) => {
      const words = query
        .split(/\s+/u)
        .filter((word) => word !== "")
        .slice(0, MAX_WORDS);
      if (words.length === 0) return [];
      return index
        .search(words.join(" "))
        .flatMap(({ id, score }) => {
          const entry = places.get(id);
          return entry === undefined ? [] : [{ entry, score }];
        })
        .sort((one, other) => other.score - one.score || byKey(one.entry, other.entry));
    },
  };
};

/** Kept ready until an entry changes: ten thousand take a while to be read and indexed. */
export const knowledgeSearch = (knowledge: ReadingKnowledge): KnowledgeSearch => {
  const ready = new Map<string, { readonly versions: string; readonly entries: KnownEntries }>();
  return {
    of: async (shelf, agent_id) => {
      const places: Place[] = [
        { shelf, agent_id },
        { shelf, agent_id: null },
      ];
      // Before the entries: one that comes in between is read with the old number, and once more with the new.
      const versions = (await Promise.all(places.map((place) => knowledge.version(place)))).join(" ");
      const name = JSON.stringify([shelf, agent_id]);
      const known = ready.get(name);
      ready.delete(name);
      const entries = known?.versions === versions ? known.entries : indexed(await entriesOf(knowledge, places));
      ready.set(name, { versions, entries });
      const [oldest] = ready.keys();
      if (ready.size > KEPT_READY && oldest !== undefined) ready.delete(oldest);
      return entries;
    },
  };
};

const entriesOf = async (knowledge: ReadingKnowledge, places: readonly Place[]): Promise<Entry[]> =>
  (await Promise.all(places.map((place) => knowledge.entries(place)))).flatMap(({ items }) => items);
