import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import { DOOR_TOOLS, type DoorTool } from "../../../shared/contracts/offer/offered-names.ts";
import { LONGEST_WAIT_SECONDS, USUAL_WAIT_SECONDS } from "../../../shared/plan/call-request.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import { isJsonObject, type JsonObject, json } from "../../../shared/plan/json.ts";
import { fullPlan, submittedStep } from "../../../shared/plan/submission-schema.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import { listedSchema, withoutNulls } from "./null-as-absent.ts";

const wait_seconds = z
  .number()
  .min(0)
  .max(LONGEST_WAIT_SECONDS)
  .default(USUAL_WAIT_SECONDS)
  .describe("How long to wait for the end, in seconds");

export const doorInputs = {
  buddy_propose_plan: z.strictObject({
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, "must have 1 to 200 visible ASCII characters")
      .describe(
        "A name of your own for this plan. Sent again with the same plan, it is the same plan and is not run twice",
      ),
    goal: fullPlan.shape.goal.describe("What the plan is for; people who approve it read this"),
    steps: z
      .array(submittedStep.omit({ agent_id: true }))
      .min(1, { error: "is empty; a plan needs at least one step" })
      .describe("Calls of tools by their tool names; depends_on orders them"),
    config: executionConfig.partial().nullish(),
    wait_seconds,
  }),
  buddy_wait: z.strictObject({
    id: identifier.describe("The call_id of a call, or the execution_id of a plan"),
    wait_seconds,
  }),
  buddy_status: z.strictObject({
    id: identifier.optional().describe("A call or plan of yours; without one, all your calls that wait"),
  }),
} as const satisfies Record<DoorTool, z.ZodType>;

const SAYS = {
  buddy_propose_plan:
    "Proposes several calls as one plan: all of it is rehearsed and looked through for conflicts before anything is done, and people see it whole.",
  buddy_wait: "Goes on waiting for a call or plan of yours that had not ended, and gives its outcome.",
  buddy_status:
    "Says how a call or plan of yours stands, or which of your calls wait, and for what. Waits for nothing.",
} as const satisfies Record<DoorTool, string>;

const schemaOf = (name: DoorTool): JsonObject => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(doorInputs[name], { io: "input", unrepresentable: "any" });
  const plain = json.parse(schema);
  return isJsonObject(plain) ? plain : {};
};

/** The arguments of one of the door's own tools, without what is null and may be left out. */
export const asLeftOut = (name: DoorTool, given: unknown): unknown => withoutNulls(given, schemaOf(name));

let made: readonly Tool[] | undefined;

/** The door's own tools, as they are listed. */
export const doorTools = (): readonly Tool[] => {
  made ??= DOOR_TOOLS.map((name) => ({
    name,
    description: SAYS[name],
    inputSchema: { ...listedSchema(schemaOf(name)), type: "object" },
    annotations: {
      readOnlyHint: name !== "buddy_propose_plan",
      destructiveHint: name === "buddy_propose_plan",
      idempotentHint: true,
      openWorldHint: false,
    },
  }));
  return made;
};

export const isDoorTool = (name: string): name is DoorTool => DOOR_TOOLS.some((each) => each === name);

/** Words as the result of one of the door's own tools, with facts for programs beside them. */
export const told = (words: string, meta: Record<string, unknown> = {}): CallToolResult => ({
  content: [{ type: "text", text: words }],
  _meta: meta,
});
