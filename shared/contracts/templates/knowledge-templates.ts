import { GOAL_STATUSES } from "../knowledge/entry.ts";
import type { ContractTemplate } from "./contract-template.ts";

const text = { type: "string" };
const query = { type: "string", maxLength: 500 };
const page = { limit: { type: "integer", minimum: 1, maximum: 100 }, offset: { type: "integer", minimum: 0 } };
const listOf = (name: string, entry: { [field: string]: { [word: string]: string } }) => ({
  type: "object",
  properties: {
    total: { type: "integer" },
    [name]: { type: "array", items: { type: "object", properties: entry } },
    ...entry,
  },
  required: ["total", name],
});

/** Ten thousand entries are read and indexed after one of them changed: as long as a tool that reads may take. */
const READ_SECONDS = 5;

export const KNOWLEDGE_TEMPLATES: readonly ContractTemplate[] = [
  {
    tool_name: "memory_search",
    changes: {
      timeout_seconds: READ_SECONDS,
      input_schema: { type: "object", properties: { query, ...page } },
      output_schema: listOf("entries", { memory_id: text, text }),
      binding: { kind: "builtin", adapter: "memory" },
    },
    fill_in: {},
    secrets: [],
    hosts: [],
    notes: ["An agent finds its own notes and those that every agent may read; `buddy memory add <text>` keeps them."],
  },
  {
    tool_name: "goal_query",
    changes: {
      timeout_seconds: READ_SECONDS,
      input_schema: {
        type: "object",
        properties: { goal_id: text, query, status: { enum: [...GOAL_STATUSES] }, ...page },
      },
      output_schema: listOf("goals", { goal_id: text }),
      binding: { kind: "builtin", adapter: "goals" },
    },
    fill_in: {},
    secrets: [],
    hosts: [],
    notes: ["An agent finds its own goals and those of every agent; `buddy goals add <title>` keeps them."],
  },
];
