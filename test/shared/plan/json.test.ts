import { expect, it } from "vitest";
import { json, jsonObject } from "../../../shared/plan/json.ts";

const deep = (value: unknown): unknown => ({ a: [{ b: value }] });

it.each([
  ["text, numbers, truth and null", { a: ["x", 1, -0, 1e21, true, null], b: {} }],
  ["an object that inherits nothing", Object.assign(Object.create(null), { a: 1 })],
])("%s are JSON, and are handed on as they are", (_what, value) => {
  expect(json.parse(value)).toBe(value);
  expect(jsonObject.parse(value)).toBe(value);
});

it.each([
  ["a number that JSON cannot carry", Number.NaN],
  ["an absent value", undefined],
  ["a moment", new Date(0)],
  ["a map", new Map()],
  ["a function", () => 1],
  ["a field of the name __proto__", JSON.parse('{"__proto__": 1}')],
  ["an object of a class", new (class Other {})()],
])("%s is no JSON, wherever it stands", (_what, value) => {
  expect(json.safeParse(value).success).toBe(false);
  expect(json.safeParse(deep(value)).success).toBe(false);
});
