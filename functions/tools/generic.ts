import { resourcesOf } from "../../shared/contracts/resources.ts";
import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import { digestOf } from "../../shared/plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import type { ToolCall } from "../../shared/ports/tools.ts";
import type { Planning, ReadingTool, SandboxTool, WritingTool } from "./kinds/sandbox-tool.ts";
import { mockSeed } from "./mock-seed.ts";
import { madeUpOutput } from "./schema-shaped.ts";
import { COLLECTIONS, type WorldRecord } from "./world/world.ts";

/** A sandbox for any registered tool that has none of its own: what it would do is written into a journal. */
export const genericTool = (contract: ToolContract): SandboxTool =>
  writes(contract) ? journalled(contract) : answered(contract);

/** A read: the sandbox knows nothing of this tool's service, so the answer is made up, and says so. */
const answered = (contract: ToolContract): ReadingTool => ({
  kind: "read",
  made_up: true,
  mock: (args, seed) => asObject(madeUpOutput(contract, args, seed)),
  read: async ({ contract: { tool_name }, arguments: args }) => ({
    ...asObject(madeUpOutput(contract, args, mockSeed(tool_name, args))),
    made_up: true,
  }),
  summary: (_output, call) => `${inWords(call)}; the sandbox makes the answer up`,
});

/**
 * A write: one journal record per step, so that it is known before the call which record it will be and undoing can be
 * prepared. A call that is sent again shows as `times: 2`.
 */
const journalled = (contract: ToolContract): WritingTool => ({
  kind: "write",
  made_up: true,
  mock: (args, seed) => ({ ...asObject(madeUpOutput(contract, args, seed)), call_id: seed.id("call") }),
  target: (call) => ({ collection: COLLECTIONS.journal, id: journalId(call) }),
  plan: async ({ call, id, current }: Planning) => ({
    set: {
      tool_name: call.contract.tool_name,
      arguments: call.arguments,
      times: timesOf(current) + 1,
      undone: false,
    },
    output: { call_id: id, ...outputOf(call) },
    summary: inWords(call),
  }),
  undone: { undone: true },
});

const outputOf = ({ contract, arguments: args }: ToolCall): JsonObject =>
  asObject(madeUpOutput(contract, args, mockSeed(contract.tool_name, args)));

/** The sandbox marks what it makes up, and a list or a text has no room for a mark. */
const asObject = (made: Json): JsonObject => (isJsonObject(made) ? made : { value: made });

/** With the tool in it, since a step's compensation may be another generic tool. */
const journalId = ({ execution_id, step_id, contract: { tool_name } }: ToolCall): string =>
  `call_${digestOf("sandbox-id", { execution_id, step_id, tool_name }).slice(0, 12)}`;

const timesOf = (current: WorldRecord | undefined): number =>
  typeof current?.value.times === "number" ? current.value.times : 0;

const inWords = ({ contract, arguments: args }: ToolCall): string => {
  const touched = resourcesOf(contract, args, []).map(
    ({ key, access }) => `${access === "write" ? "writes" : "reads"} ${key}`,
  );
  return [`calls ${contract.tool_name} with ${JSON.stringify(args)}`, ...touched].join("; ");
};
