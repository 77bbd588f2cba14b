import type { Entry, Shelf } from "../contracts/knowledge/entry.ts";
import type { Readable } from "./damaged.ts";

/** The entries of one agent, or, with null, those of every agent. */
export type Place = { readonly shelf: Shelf; readonly agent_id: string | null };

/** Notes and goals as functions that search them see them. */
export interface ReadingKnowledge {
  /** Another number after every change that was answered. */
  version(place: Place): Promise<number>;
  /** By id, from after `after`; all of them without a limit. */
  entries(place: Place, page?: { readonly after?: string; readonly limit?: number }): Promise<Readable<Entry>>;
}

export interface Knowledge extends ReadingKnowledge {
  get(place: Place, id: string): Promise<Entry | undefined>;
  /** Keeps an entry in the place of the one of that id; `full` where a new one would be one too many, and nothing is kept. */
  put(entry: Entry, most: number): Promise<"kept" | "full">;
  /** @returns whether it was there */
  remove(place: Place, id: string): Promise<boolean>;
}
