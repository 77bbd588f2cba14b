import { expect, it } from "vitest";
import { compact, shownChanges } from "../../../shared/shown/values.ts";

it.each([
  [null, "null"],
  ["null", '"null"'],
  ["–", '"–"'],
  [undefined, "–"],
  [5, "5"],
  ["5", '"5"'],
])("the value %j reads %s: one that is null is not one that is not there", (value, text) => {
  expect(compact(value)).toBe(text);
});

const changed = { record: "r", field: "f", old: null, new: null };

it.each([
  ["approve", undefined, null],
  ["reconcile", undefined, null],
  ["undo", null, undefined],
  ["drift", undefined, undefined],
])("a change of kind %s tells a null that is sent from nothing that is held", (kind, old, next) => {
  expect(shownChanges([changed], kind)).toEqual([{ record: "r", field: "f", old, new: next }]);
  expect(shownChanges([{ ...changed, old: 0, new: "" }], kind)).toEqual([{ ...changed, old: 0, new: "" }]);
});
