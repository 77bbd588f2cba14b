import fc from "fast-check";
import { expect, it } from "vitest";
import { addNumbers, compareText, joinRecords } from "../../../shared/feedback/counts.ts";

const names = fc.constantFrom(
  "LIVE",
  "a",
  "b",
  "constructor",
  "__proto__",
  "3",
  "10",
  "9",
  "4294967295",
  "99999999999",
);
const records = fc.array(fc.tuple(names, fc.nat(9))).map((entries) => Object.fromEntries(entries));

it("records are joined name by name, and come out in the order of their names", () => {
  fc.assert(
    fc.property(records, records, (one, other) => {
      const both = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort(compareText);
      const of = (record: Readonly<Record<string, number>>, name: string): number =>
        Object.getOwnPropertyDescriptor(record, name)?.value ?? 0;
      const expected = Object.fromEntries(both.map((name) => [name, of(one, name) + of(other, name)]));
      // In order, as every sum is that came out of this.
      const joined = joinRecords(joinRecords({}, one, addNumbers), other, addNumbers);
      expect(Object.entries(joined)).toEqual(Object.entries(expected));
      expect(Object.entries(joinRecords(one, other, addNumbers))).toEqual(Object.entries(expected));
    }),
  );
});

it("records that are joined are left as they were", () => {
  const [one, other] = [Object.freeze({ a: 1, b: 2 }), Object.freeze({ b: 3 })];
  expect(joinRecords(one, other, addNumbers)).toEqual({ a: 1, b: 5 });
});
