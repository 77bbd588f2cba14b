import { skeletonsOf } from "./look-alikes.ts";

/**
 * The one form in which names of people are compared: compatibility forms (full width, ligatures) as their plain
 * letters, no invisible characters, no difference between capitals and small letters, single blanks, none at the ends.
 */
export const nameOf = (name: string): string =>
  [...visible(name).normalize("NFKC")]
    .map((character) => character.toUpperCase().toLowerCase())
    .join("")
    .normalize("NFKC")
    .replaceAll(/\s+/gu, " ")
    .trim();

const visible = (name: string): string => name.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu, "");

/** One person under two spellings. A grant to a name is given to no other than this. */
export const isSamePerson = (one: string, other: string): boolean => nameOf(one) === nameOf(other);

/**
 * One person, or two names that a reader takes for one: `bob` in Latin and in Cyrillic letters, `alice` with a capital
 * I. Where two people are needed, they are not two: a second look must not be had by a second spelling.
 */
export const mayBeSamePerson = (one: string, other: string): boolean => {
  if (isSamePerson(one, other)) return true;
  const others = skeletonsOf(visible(other));
  return skeletonsOf(visible(one)).some((skeleton) => others.some((each) => looksLike(skeleton, each)));
};

/** Whether `name` is, or may be, one of `people`. */
export const mayBeAmong = (people: Iterable<string>, name: string): boolean =>
  [...people].some((person) => mayBeSamePerson(person, name));

/** Null stands for a letter of another alphabet in the middle of Latin ones: it may be meant to pass for any. */
const looksLike = (one: readonly (string | null)[], other: readonly (string | null)[]): boolean =>
  one.length === other.length &&
  one.every((letter, index) => letter === null || other[index] === null || letter === other[index]);
