import { textOr } from "../arguments.ts";
import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { COLLECTIONS } from "../world/world.ts";
import { bestMatches } from "./best-matches.ts";

/** The agents' goals: all, those of a status, one by id, or those that match a query. */
export const goalQuery: ReadingTool = {
  kind: "read",
  mock: (_args, seed) => {
    const goal_id = seed.id("g");
    const progress = seed.number("progress", 101) / 100;
    return { total: 1, goals: [{ goal_id, title: "Answer every inbound mail", status: "active", progress }], goal_id };
  },
  read: async ({ arguments: args }, reader) => {
    const all = (await reader.list(COLLECTIONS.goals)).map(({ value }) => value);
    const wanted = all.filter((goal) => agrees(args, goal, "goal_id") && agrees(args, goal, "status"));
    const query = textOr(args, "query", "");
    const goals = query === "" ? wanted : bestMatches(query, wanted, 1).map(({ value }) => value);
    const [only] = goals;
    return {
      total: goals.length,
      goals,
      ...(goals.length === 1 && only?.goal_id !== undefined ? { goal_id: only.goal_id } : {}),
    };
  },
  summary: (output) => `${output.total} goal(s) match`,
};

const agrees = (args: Parameters<typeof textOr>[0], goal: Parameters<typeof textOr>[0], field: string): boolean => {
  const wanted = textOr(args, field, "");
  return wanted === "" || goal[field] === wanted;
};
