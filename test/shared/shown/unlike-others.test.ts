import { expect, it } from "vitest";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { unlikeOthers } from "../../../shared/shown/unlike-others.ts";

const calls = (odd: JsonObject, usual: JsonObject) =>
  Array.from({ length: 8 }, (_, place) => ({
    approval_id: `ap${place}`,
    tool_name: "patch",
    arguments: { stage: "won", ...(place === 5 ? odd : usual) },
    changes: [],
  }));

it.each([
  ["a null where the others give nothing", { cc: null }, {}, "cc is null, and nothing in 7 of 8"],
  ["nothing where the others give a null", {}, { cc: null }, "cc is nothing, and null in 7 of 8"],
  ["the word where the others give a null", { cc: "null" }, { cc: null }, 'cc is "null", and null in 7 of 8'],
  ["a null deep in an argument", { fields: { cc: null } }, { fields: {} }, 'fields is {"cc":null}, and {} in 7 of 8'],
])("a call is unlike the others by %s", (_, odd, usual, words) => {
  expect([...unlikeOthers(calls(odd, usual))]).toEqual([["ap5", [`unlike the others: ${words}`]]]);
});
