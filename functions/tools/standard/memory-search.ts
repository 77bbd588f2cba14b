import { countOr, textOr } from "../arguments.ts";
import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { COLLECTIONS } from "../world/world.ts";
import { bestMatches, singleBest } from "./best-matches.ts";

const LIMIT = 5;

/**
 * The memories of the agents about a query, or everything without one; `memory_id` and `text` of the one best entry, if
 * there is one.
 */
export const memorySearch: ReadingTool = {
  kind: "read",
  mock: (args, seed) => {
    const entry = {
      memory_id: seed.id("mem"),
      text: `${seed.person("entry").first_name} prefers mail to phone calls.`,
    };
    return { query: textOr(args, "query", ""), total: 1, entries: [entry], ...entry };
  },
  read: async ({ arguments: args }, reader) => {
    const query = textOr(args, "query", "");
    const all = (await reader.list(COLLECTIONS.memory)).map(({ value }) => value);
    const matches = query === "" ? all.map((value) => ({ value, score: 1 })) : bestMatches(query, all, 1);
    const entries = matches.slice(0, countOr(args, "limit", LIMIT)).map(({ value }) => value);
    return { query, total: matches.length, entries, ...singleBest(matches) };
  },
  summary: (output) => `${output.total} memory entr(ies) match ${JSON.stringify(output.query)}`,
};
