import { z } from "zod";
import { canonicalJson } from "../../../plan/digest.ts";
import { json, jsonObject } from "../../../plan/json.ts";

/** A tool as its server describes it: what whoever approved it has read. */
export const toolDefinition = z.strictObject({
  name: z.string().min(1).max(256),
  description: z.string().default(""),
  input_schema: jsonObject,
  output_schema: jsonObject.exactOptional(),
  /** Claims of the server: readOnlyHint, destructiveHint and the like. */
  annotations: jsonObject.exactOptional(),
});
export type ToolDefinition = z.infer<typeof toolDefinition>;

const PARTS = ["description", "input_schema", "output_schema", "annotations"] as const;

/** One part of a tool that is described otherwise than it was; null where one of both lacks it. */
export const definitionChange = z.strictObject({ part: z.enum(PARTS), was: json, is: json });
export type DefinitionChange = z.infer<typeof definitionChange>;

/** The differences of two definitions; null stands for a part that one of them lacks. */
export const definitionChanges = (was: ToolDefinition, is: ToolDefinition): DefinitionChange[] =>
  PARTS.flatMap((part) => {
    const [before, after] = [was[part] ?? null, is[part] ?? null];
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ part, was: before, is: after }];
  });
