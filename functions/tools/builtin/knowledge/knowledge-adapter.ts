import type { KnowledgeBinding } from "../../../../shared/contracts/binding/builtin/builtin-binding.ts";
import type { Entry } from "../../../../shared/contracts/knowledge/entry.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { ToolAdapter, ToolCall } from "../../../../shared/ports/tools.ts";
import { countOr, textOr } from "../../arguments.ts";
import { mockDeclared } from "../../declared/declared-adapter.ts";
import type { Found, KnowledgeSearch } from "./search.ts";

const FEW = 5;
const MOST = 100;

/** An entry as plans know it. */
const shown = (entry: Entry): JsonObject =>
  entry.shelf === "memory"
    ? { memory_id: entry.id, text: entry.text, tags: entry.tags }
    : { goal_id: entry.id, title: entry.title, details: entry.details, status: entry.status, progress: entry.progress };

const pageOf = <Item>(args: JsonObject, items: readonly Item[], otherwise: number): readonly Item[] => {
  const from = typeof args.offset === "number" && args.offset > 0 ? Math.floor(args.offset) : 0;
  return items.slice(from, from + Math.min(MOST, countOr(args, "limit", otherwise)));
};

/** The one entry that is better than all others: with two equally good ones there is none to go on with. */
const singleBest = ([first, second]: readonly Found[]): JsonObject =>
  first !== undefined && first.score > (second?.score ?? 0) ? shown(first.entry) : {};

const searchMemory = async (search: KnowledgeSearch, { agent_id, arguments: args }: ToolCall): Promise<JsonObject> => {
  const known = await search.of("memory", agent_id);
  const query = textOr(args, "query", "").trim();
  const found = query === "" ? known.all.map((entry) => ({ entry, score: 1 })) : known.matching(query);
  const entries = pageOf(args, found, FEW).map(({ entry }) => shown(entry));
  return { query, total: found.length, entries, ...singleBest(found) };
};

const queryGoals = async (search: KnowledgeSearch, { agent_id, arguments: args }: ToolCall): Promise<JsonObject> => {
  const known = await search.of("goals", agent_id);
  const query = textOr(args, "query", "").trim();
  const [id, status] = [textOr(args, "goal_id", ""), textOr(args, "status", "")];
  const found = (query === "" ? known.all : known.matching(query).map(({ entry }) => entry)).filter(
    (entry) => entry.shelf === "goals" && (id === "" || entry.id === id) && (status === "" || entry.status === status),
  );
  const [only] = found;
  return {
    total: found.length,
    goals: pageOf(args, found, MOST).map(shown),
    ...(found.length === 1 && only !== undefined ? { goal_id: only.id } : {}),
  };
};

const IN_WORDS = { memory: "note(s)", goals: "goal(s)" } as const;

const read = ({ adapter }: KnowledgeBinding, search: KnowledgeSearch, call: ToolCall): Promise<JsonObject> =>
  adapter === "memory" ? searchMemory(search, call) : queryGoals(search, call);

/** DRY_RUN: reads what the acting agent may read, and nothing of another's. */
export const previewKnowledge = (binding: KnowledgeBinding, search: KnowledgeSearch): ToolAdapter => ({
  ...mockDeclared(),
  preview: async (call) => {
    const output = await read(binding, search, call);
    const summary = `${String(output.total)} ${IN_WORDS[binding.adapter]} that ${call.agent_id} may read match`;
    return { summary, output, changes: [] };
  },
  prepareUndo: async () => null,
});

/** LIVE: the same once more. */
export const liveKnowledge = (binding: KnowledgeBinding, search: KnowledgeSearch): ToolAdapter => ({
  ...previewKnowledge(binding, search),
  call: async (call) =>
    call.signal.aborted
      ? { kind: "rejected", error: "stopped before anything was read", unsent: true }
      : { kind: "committed", output: await read(binding, search, call), undo: null },
  lookUp: async () => ({ kind: "did_not_happen" }),
});
