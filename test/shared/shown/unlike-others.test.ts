import { expect, it } from "vitest";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { unlikeOthers } from "../../../shared/shown/unlike-others.ts";

const calls = (odd: JsonObject, usual: JsonObject) =>
  Array.from({ length: 8 }, (_, place) => ({
    approval_id: `ap${place}`,
    tool_name: "patch",
    kind: "approve",
    arguments: { stage: "won", ...(place === 5 ? odd : usual) },
    changes: [],
  }));

it.each([
  ["a null where the others do not give it", { cc: null }, {}, "cc is null, and not given in 7 of 8"],
  ["what it does not give where the others give a null", {}, { cc: null }, "cc is not given, and null in 7 of 8"],
  ["the word where the others give a null", { cc: "null" }, { cc: null }, 'cc is "null", and null in 7 of 8'],
  ["a null deep in an argument", { fields: { cc: null } }, { fields: {} }, 'fields is {"cc":null}, and {} in 7 of 8'],
])("a call is unlike the others by %s", (_, odd, usual, words) => {
  expect([...unlikeOthers(calls(odd, usual))]).toEqual([["ap5", [`unlike the others: ${words}`]]]);
});

const fieldNow = (kind: string, values: readonly (Json | undefined)[]) =>
  values.map((value, place) => ({
    approval_id: `ap${place}`,
    tool_name: "patch",
    kind,
    arguments: {},
    changes: value === undefined ? [] : [{ record: "r", field: "nickname", old: "set", new: value }],
  }));

it.each<[string, string, Json | undefined, Json, string]>([
  ["sets a field that the others clear", "approve", "Ben", null, 'nickname is "Ben", and null in 3 of 4'],
  ["puts back a value where the others had none", "undo", "Ben", null, 'nickname is "Ben", and nothing in 3 of 4'],
  ["puts back nothing where the others had a value", "undo", null, "Ben", 'nickname is nothing, and "Ben" in 3 of 4'],
  ["leaves a field that the others empty", "undo", undefined, null, "nickname is not given, and nothing in 3 of 4"],
])("a request that %s is unlike them in the words of its row", (_, kind, odd, usual, words) => {
  expect([...unlikeOthers(fieldNow(kind, [usual, usual, usual, odd]))]).toEqual([
    ["ap3", [`unlike the others: ${words}`]],
  ]);
});

it("a request is compared with those of its own kind: that of an undo is no odd one among the calls", () => {
  const [undo] = fieldNow("undo", ["Ben"]);
  const asked = fieldNow("approve", ["Eva", "Eva", "Eva", "Eva", "Eva"]);
  expect([...unlikeOthers(asked.map((request, place) => (place === 3 ? { ...request, ...undo } : request)))]).toEqual(
    [],
  );
});
