import { z } from "zod";
import { digestOf } from "../../plan/digest.ts";
import { agentId, agentName } from "../../plan/given-names.ts";

/** Where agents look without asking a service: what they remember, and what they work towards. */
export const SHELVES = ["memory", "goals"] as const;
export type Shelf = (typeof SHELVES)[number];

/** Entries of one agent, or of all agents together: more would not be searched in the time that a tool which reads has. */
export const MAX_ENTRIES = 10_000;

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((given) => given.trim() !== "", "must hold something")
    .refine((given) => given.isWellFormed(), "has half a character in it");

export const entryId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "must be letters, digits, - _ and ., 128 at most");

/** A fact that an agent may look up. */
const note = { text: text(2_000), tags: z.array(text(64)).max(20).default([]) };

export const GOAL_STATUSES = ["active", "done", "dropped"] as const;
/** An aim that an agent works towards; `progress` is a part of 1. */
const goal = {
  title: text(300),
  details: z.string().max(2_000).default(""),
  status: z.enum(GOAL_STATUSES).default("active"),
  progress: z.number().min(0).max(1).nullable().default(null),
};

/** The one agent that may read it; null: every agent. */
const whose = { agent_id: agentName.nullable().default(null) };

export const noteInput = z.strictObject({ ...whose, ...note });
export const goalInput = z.strictObject({ ...whose, ...goal });
export type EntryInput = z.infer<typeof noteInput> | z.infer<typeof goalInput>;

const kept = { id: entryId, agent_id: agentId.nullable(), kept_by: z.string(), kept_at: z.string() };
export const noteEntry = z.strictObject({ shelf: z.literal("memory"), ...kept, ...note });
export const goalEntry = z.strictObject({ shelf: z.literal("goals"), ...kept, ...goal });
/** An entry as it is kept. */
export const entry = z.discriminatedUnion("shelf", [noteEntry, goalEntry]);
export type Entry = z.infer<typeof entry>;

/** The text that an entry is found by. */
export const wordsOf = (given: Entry): string =>
  given.shelf === "memory" ? [given.text, ...given.tags].join("\n") : [given.title, given.details].join("\n");

/** An id for the person who gives none: the same words for the same agent are the same entry. */
export const idFor = (shelf: Shelf, agent_id: string | null, words: string): string =>
  `${shelf === "memory" ? "mem" : "goal"}_${digestOf("knowledge-id", { agent_id, words }).slice(0, 16)}`;
