import { expect, it } from "vitest";
import { nearestName } from "../../../shared/plan/suggestion.ts";

it.each([
  ["nmae", "name"],
  ["dtae", "date"],
  ["tga", "tag"],
  ["qurey", "query"],
])("a name with two neighbours in the wrong order, %s, is near to %s, however short it is", (written, meant) => {
  expect(nearestName(written, ["limit", meant])).toBe(meant);
});

it.each([
  ["eman", "name"],
  ["no", "on"],
])("a name that differs by more than a slip, %s, is not near to %s", (written, other) => {
  expect(nearestName(written, [other])).toBeUndefined();
});
