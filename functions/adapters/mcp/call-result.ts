import type { CallToolResult, JSONRPCMessage } from "@modelcontextprotocol/client";
import { z } from "zod";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { pointerTo } from "../../../shared/plan/json-pointer.ts";
import { isKeptNumber } from "../../../shared/plan/kept-number.ts";
import { lostPlaces } from "../../../shared/plan/lost-places.ts";
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

/**
 * The words of the server, or what the library made of them, made safe to keep: what could not be kept says so in its
 * place, or, where a field is left out, beside it.
 */
export const resultAsSaid = (result: CallToolResult): McpResult => {
  const carried = said.safeParse(result._meta?.[SAID]);
  const { content = [], structuredContent, isError, _meta } = carried.success ? carried.data : result;
  // Some programs write what is not there as null.
  const structured = structuredContent == null ? undefined : kept(structuredContent, "");
  const blocks = kept(content, pointerTo("", "content"));
  const too_long = tooLongIn(_meta);
  return {
    ...{ is_error: isError === true, content: blocks.value, ...(structured ?? blocks).lost },
    ...(structured === undefined ? {} : { structured: structured.value }),
    ...(too_long === undefined ? {} : { left_out: too_long.message }),
  };
};

/** Looked through only where something was lost. `at`: its place in the answer. */
const kept = (said: unknown, at: string): { readonly value: Json; readonly lost: Pick<McpResult, "lost"> } => {
  const mended = mendJson(said, MAX_BODY_BYTES);
  const value = withoutLostDigits(mended.value);
  if (mended.cut === null && value === mended.value) return { value, lost: {} };
  const places = lostPlaces(said, value).map((place) => at + place);
  return { value, lost: { lost: { cut: mended.cut, places } } };
};

/**
 * The library reads an integer of more digits than a number holds as another one, which might be another's.
 * @returns the same object where there is none
 */
const withoutLostDigits = (value: Json): Json => {
  if (typeof value === "number")
    return isKeptNumber(value) ? value : `[cut: a number near ${value}, whose last digits are lost]`;
  if (Array.isArray(value)) {
    const items = value.map(withoutLostDigits);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withoutLostDigits(field)] as const);
  return fields.every(([name, field]) => field === value[name]) ? value : Object.fromEntries(fields);
};
