import { z } from "zod";
import { isSamePerson } from "../../plan/same-person.ts";

export const MAX_NAME = 200;
/** A person, as they sign in, or a group of people that an address speaks to. */
export const askedName = z.string().trim().min(1).max(MAX_NAME);

/** Somebody is away from one moment (ISO 8601, UTC) until another, and may have said who stands in. */
export const absence = z.strictObject({
  person: askedName,
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  instead: askedName.nullable(),
  /** The author of the word, and its moment. */
  by: z.string(),
  at: z.string(),
});
export type Absence = z.infer<typeof absence>;

/** A year: an absence that is longer is a change of the tool's list. */
const LONGEST_DAYS = 366;

/** Why an absence cannot be so, with the field it is about; undefined where it can. */
export const absenceFault = (
  { person, from, until, instead }: Pick<Absence, "person" | "from" | "until" | "instead">,
  now: string,
): { readonly path: string; readonly message: string } | undefined => {
  if (until <= now) return { path: "/until", message: `${until} is over: give a moment to come` };
  if (until <= from) return { path: "/until", message: `it must come after ${from}, when the absence begins` };
  if (Date.parse(until) - Date.parse(from) > LONGEST_DAYS * 86_400_000) {
    return { path: "/until", message: `an absence has ${LONGEST_DAYS} days at most: change the tools' lists instead` };
  }
  if (instead !== null && isSamePerson(person, instead)) {
    return { path: "/instead", message: "nobody stands in for themselves: name somebody else, or nobody" };
  }
  return undefined;
};
