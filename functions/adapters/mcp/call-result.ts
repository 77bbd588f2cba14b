import type { CallToolResult, JSONRPCMessage } from "@modelcontextprotocol/client";
import { z } from "zod";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { isKeptNumber } from "../../../shared/plan/kept-number.ts";
import { mendJson } from "../../../shared/plan/mend-json.ts";
import type { McpResult } from "../../../shared/ports/mcp.ts";
import { MAX_BODY_BYTES } from "../http/answer.ts";
import { tooLongIn } from "./too-long.ts";

const SAID = "buddy/result";

const said = z.looseObject({
  resultType: z.literal("complete").exactOptional(),
  content: z.array(z.unknown()).exactOptional(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().nullable().exactOptional(),
  _meta: z.looseObject({}).exactOptional().catch({}),
});

/**
 * A tool's result says whether it failed, and nothing in it makes undone what the tool did: a block of a kind that came
 * later than the library, a list for its structured content, a number that is none. The library throws such a result
 * away after the fact, so it is given an empty one, which carries what the server said. A message that asks for
 * something, or tells of a task that goes on, is none of these.
 */
export const carryResult = (message: JSONRPCMessage): void => {
  if (!("result" in message) || Object.hasOwn(message.result, "task")) return;
  const { success, data } = said.safeParse(message.result);
  if (!success || (data.content === undefined && data.structuredContent === undefined)) return;
  message.result = { resultType: "complete", content: [], _meta: { [SAID]: data } };
};

/** The words of the server, or what the library made of them, made safe to keep: what could not be kept says so in its place. */
export const resultAsSaid = (result: CallToolResult): McpResult => {
  const carried = said.safeParse(result._meta?.[SAID]);
  const { content = [], structuredContent, isError, _meta } = carried.success ? carried.data : result;
  // Some programs write what is not there as null.
  const structured = structuredContent == null ? {} : { structured: kept(structuredContent) };
  const too_long = tooLongIn(_meta);
  const left_out = too_long === undefined ? {} : { left_out: too_long.message };
  return { is_error: isError === true, content: kept(content), ...structured, ...left_out };
};

const kept = (value: unknown): Json => withoutLostDigits(mendJson(value, MAX_BODY_BYTES).value);

/** The library reads an integer of more digits than a number holds as another one, which might be another's. */
const withoutLostDigits = (value: Json): Json => {
  if (typeof value === "number")
    return isKeptNumber(value) ? value : `[cut: a number near ${value}, whose last digits are lost]`;
  if (Array.isArray(value)) return value.map(withoutLostDigits);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutLostDigits(field)]));
};
