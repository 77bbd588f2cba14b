import { expect, it } from "vitest";
import { sameContracts } from "../../../functions/records/same-contracts.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";

const [one, other, third] = standardContracts();
if (one === undefined || other === undefined || third === undefined) throw new Error("there are three contracts");
const lengthOf = (...contracts: object[]): number =>
  contracts.reduce((sum, each) => sum + JSON.stringify(each).length, 0);

it("the same contract read twice is one object, and one that differs in a word is another", () => {
  const seen = sameContracts();
  const read = seen.of(structuredClone(one));
  expect(seen.of(structuredClone(one))).toBe(read);
  expect(read).toEqual(one);
  const changed = seen.of({ ...one, content_hash: one.content_hash, version: one.version + 1 });
  expect(changed).not.toBe(read);
  expect(changed.version).toBe(one.version + 1);
});

it("contracts that were seen are held as far as they have room, those that were asked for last", () => {
  const seen = sameContracts(lengthOf(one, other));
  const [first, second] = [seen.of(structuredClone(one)), seen.of(structuredClone(other))];
  expect(seen.of(structuredClone(one))).toBe(first);
  seen.of(structuredClone(third));
  expect(seen.of(structuredClone(other))).not.toBe(second);
});

it("contracts that were seen are let go of all at once", () => {
  const seen = sameContracts();
  const first = seen.of(structuredClone(one));
  seen.forget();
  expect(seen.of(structuredClone(one))).not.toBe(first);
});
