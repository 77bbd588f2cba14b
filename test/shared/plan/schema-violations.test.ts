import { expect, it } from "vitest";
import { z } from "zod";
import { executionConfig } from "../../../shared/plan/config.ts";
import { json, jsonObject } from "../../../shared/plan/json.ts";
import { schemaViolations } from "../../../shared/plan/schema-violations.ts";

const messagesOf = (schema: z.ZodType, value: unknown): string[] => {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? [] : schemaViolations(parsed.error, schema).map(({ path, message }) => `${path} ${message}`);
};

it.each([
  [1e308, "/approval_timeout_seconds must be at most 31536000"],
  [-1e308, "/approval_timeout_seconds must be at least 1"],
  [31_536_001, "/approval_timeout_seconds must be at most 31536000"],
])("a whole number of %d is refused by the bound of its field alone", (approval_timeout_seconds, words) => {
  expect(messagesOf(executionConfig, { approval_timeout_seconds })).toEqual([words]);
});

it("a field without a bound of its own names what can be counted exactly", () => {
  const counted = z.strictObject({ count: z.number().int().min(0) });
  expect(messagesOf(counted, { count: 1e308 })).toEqual([`/count must be at most ${Number.MAX_SAFE_INTEGER}`]);
});

it("a bound inside a union's branch is named alone, too", () => {
  const either = z.union([z.strictObject({ a: z.number().int().max(5) }), z.string()]);
  expect(messagesOf(either, { a: 1e308 })).toEqual(["/a must be at most 5"]);
});

it("a field that another form of a value has is not proposed for the form that is meant", () => {
  const scope = z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("everything") }),
    z.strictObject({ kind: z.literal("agent"), agent_id: z.string() }),
    z.strictObject({ kind: z.literal("tool"), tool_name: z.string() }),
  ]);
  expect(messagesOf(z.strictObject({ scope }), { scope: { kind: "everything", agent_id: "a" } })).toEqual([
    '/scope/agent_id unknown field "agent_id". Known here: kind',
  ]);
  expect(messagesOf(scope, { kind: "agent", agent_id: "a", agentid: "a" })).toEqual([
    '/agentid unknown field "agentid"; did you mean "agent_id"? Known here: kind, agent_id',
  ]);
});

it("a word that is none of those of a place is refused with them, and with what the place takes otherwise", () => {
  const how = z.union([z.literal("none"), z.literal("adapter"), z.strictObject({ tool_name: z.string() })]);
  expect(messagesOf(z.strictObject({ how }), { how: "Adapter" })).toEqual([
    '/how must be "none" or "adapter" or an object with tool_name',
  ]);
  expect(messagesOf(z.union([z.string(), z.number()]), true)).toEqual([" is none of the forms allowed here"]);
});

it("a value that is not JSON is refused by what keeps it from that, at its place", () => {
  const held = z.strictObject({ any: json.optional(), object: jsonObject.optional() });
  const named: unknown = JSON.parse('{"a":[{"__proto__":1}]}');
  expect(messagesOf(held, { any: named, object: { n: { m: Number.POSITIVE_INFINITY } } })).toEqual([
    "/any/a/0/__proto__ __proto__ cannot be a field name; rename it",
    "/object/n/m Infinity is not a JSON number; send a number, or leave the field out",
  ]);
  expect(messagesOf(held, { object: [2 ** 60] })).toEqual(["/object must be a JSON object"]);
});
