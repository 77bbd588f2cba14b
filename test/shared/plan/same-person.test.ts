import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSamePerson, mayBeAmong, mayBeSamePerson, nameOf } from "../../../shared/plan/same-person.ts";
import { anyText } from "../../fixtures/any-text.ts";

describe("one person under two spellings", () => {
  it.each([
    ["Bob", "bob"],
    ["BOB", "bob"],
    [" bob ", "bob"],
    ["Bob  Smith", "bob smith"],
    ["ｂｏｂ", "bob"],
    ["b\u200Bob", "bob"],
    ["bob\u00AD", "bob"],
    ["bob\uFE0F", "bob"],
    ["\u202Ebob", "bob"],
    ["ﬁona", "fiona"],
    ["STRASSE", "straße"],
    ["ΣΟΦΟΣ", "σοφος"],
    ["Jose\u0301", "José"],
  ])("the name %j is the same person's as %j", (one, other) => {
    expect(isSamePerson(one, other)).toBe(true);
    expect(mayBeSamePerson(one, other)).toBe(true);
  });

  it.each([
    ["bob", "rob"],
    ["kai", "kal"],
    ["alice", "alicia"],
    ["agent_1", "agent_2"],
    ["Иван", "Olaf"],
    ["राम", "रोम"],
    ["王芳", "王伟"],
    ["7c9e6679-7425-40de-944b-e07fc1f90ae7", "7c9e6679-7425-40de-944b-e07fc1f90ae8"],
  ])("the name %j is not the same person's as %j, nor like it", (one, other) => {
    expect(isSamePerson(one, other)).toBe(false);
    expect(mayBeSamePerson(one, other)).toBe(false);
  });
});

describe("names that are only alike", () => {
  it.each([
    ["bob", "bоb", "a Cyrillic o"],
    ["alice", "aIice", "a capital I for an l"],
    ["alice", "a1ice", "a one for an l"],
    ["bob", "b0b", "a nought"],
    ["peter", "реtеr", "three Cyrillic letters"],
    ["apo", "аро", "all of them Cyrillic"],
    ["HON", "ΗΟΝ", "all of them Greek capitals"],
    ["marta", "rnarta", "r and n for an m"],
    ["jose", "josé", "an accent"],
    ["bob", "bꬽb", "a letter nobody has on a list"],
    ["anna-lena", "anna–lena", "another dash"],
  ])("the names %j and %j may be one person's: %s", (one, other) => {
    expect(isSamePerson(one, other)).toBe(false);
    expect(mayBeSamePerson(one, other)).toBe(true);
    expect(mayBeAmong(["carol", one], other)).toBe(true);
  });
});

const name = fc.oneof(fc.string({ unit: "grapheme" }), anyText(), fc.constantFrom("Bob", "аро", "I"));

describe("comparing names", () => {
  it("comparing names is the same either way round, and every name is itself", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(mayBeSamePerson(one, one)).toBe(true);
        expect(mayBeSamePerson(one, other)).toBe(mayBeSamePerson(other, one));
        expect(isSamePerson(one, other)).toBe(isSamePerson(other, one));
      }),
    );
  });

  it("comparing names never takes one person for two", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        if (isSamePerson(one, other)) expect(mayBeSamePerson(one, other)).toBe(true);
      }),
    );
  });

  it("a name has one form, which is its own form", () => {
    fc.assert(
      fc.property(name, (one) => {
        expect(nameOf(nameOf(one))).toBe(nameOf(one));
      }),
    );
  });

  it("comparing names sees through any other spelling", () => {
    const spellings = fc.constantFrom(
      (text: string) => text.toUpperCase(),
      (text: string) => ` ${text}\t`,
      (text: string) => [...text].join("\u200D"),
      (text: string) => text.normalize("NFD"),
      (text: string) => text.normalize("NFKC"),
    );
    fc.assert(
      fc.property(name, spellings, (one, spelled) => {
        expect(isSamePerson(one, spelled(one)), spelled(one)).toBe(true);
      }),
    );
  });
});
