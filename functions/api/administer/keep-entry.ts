import { type Entry, MAX_ENTRIES } from "../../../shared/contracts/knowledge/entry.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { type JsonObject, json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Place } from "../../../shared/ports/knowledge.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { EntryList, EntryReply, Problem } from "../schemas.ts";

type Using = Pick<Deps, "knowledge" | "auditLog" | "clock">;

const ownerInWords = ({ agent_id }: Place): string => (agent_id === null ? "all agents" : `agent ${agent_id}`);

/** The record says which entry it was, and a digest of what it held: its words can be removed. */
const onRecord = ({ kept_by: _by, kept_at: _at, ...content }: Entry): JsonObject => {
  const { shelf, agent_id, id } = content;
  return { shelf, agent_id, id, content: digestOf("knowledge-entry", json.parse(content)) };
};

type Kept = EntryReply & { readonly created: boolean };

/** Keeps a note or a goal, in the place of the one of that id. One that says the same stays as it was. */
export const keepEntry =
  (deps: Using) =>
  async (wanted: Entry): Promise<Result<Kept, Problem>> => {
    const known = await deps.knowledge.get(wanted, wanted.id);
    const unchanged = known !== undefined && onRecord(known).content === onRecord(wanted).content;
    const entry = unchanged ? known : wanted;
    if (!unchanged) await recordOperator(deps, wanted.kept_by, wanted.kept_at, "knowledge_kept", onRecord(wanted));
    // Searches hear of one that is said again, too: its first answer may have been lost on the way.
    const kept = await deps.knowledge.put(entry, MAX_ENTRIES);
    if (kept === "kept") return accept({ entry, unchanged, created: known === undefined });
    if (!unchanged) await recordLost(deps, wanted.kept_by, wanted.kept_at, "knowledge_kept", onRecord(wanted));
    return refuse(
      conflicting(`the ${wanted.shelf} of ${ownerInWords(wanted)} has ${MAX_ENTRIES} entries: remove some`),
    );
  };

/** Answers as `keepEntry` would while there is room, and keeps nothing. */
export const checkEntry =
  ({ knowledge }: Pick<Using, "knowledge">) =>
  async (wanted: Entry): Promise<EntryReply> => {
    const known = await knowledge.get(wanted, wanted.id);
    const unchanged = known !== undefined && onRecord(known).content === onRecord(wanted).content;
    return { entry: unchanged ? known : wanted, unchanged };
  };

/** Removes a note or a goal: no search finds it from then on. */
export const removeEntry =
  (deps: Using) =>
  async (place: Place, id: string, caller: string): Promise<Result<{ readonly removed: string }, Problem>> => {
    if ((await deps.knowledge.get(place, id)) === undefined) {
      return refuse(notFound(`entry ${id} in the ${place.shelf} of ${ownerInWords(place)}`));
    }
    await recordOperator(deps, caller, deps.clock.now().toISOString(), "knowledge_removed", { ...place, id });
    await deps.knowledge.remove(place, id);
    return accept({ removed: id });
  };

const markOf = (id: string): string => Buffer.from(`entry:${id}`).toString("base64url");

/** @throws InvalidPageToken */
const idIn = (mark: string): string => {
  const text = Buffer.from(mark, "base64url").toString();
  if (!text.startsWith("entry:") || Buffer.from(text).toString("base64url") !== mark) throw new InvalidPageToken(mark);
  return text.slice("entry:".length);
};

/** One page of a shelf, by id. @throws InvalidPageToken */
export const listEntries =
  ({ knowledge }: Pick<Deps, "knowledge">) =>
  async (place: Place, { limit, next }: { limit: number; next?: string | undefined }): Promise<EntryList> => {
    const page = { limit: limit + 1, ...(next === undefined ? {} : { after: idIn(next) }) };
    const { items } = await knowledge.entries(place, page);
    const entries = items.slice(0, limit);
    const last = entries.at(-1);
    return { entries, next: items.length > limit && last !== undefined ? markOf(last.id) : null };
  };
