import { isSamePerson } from "../../plan/same-person.ts";
import type { Absence } from "./away.ts";

/** The absence of a name at a moment; undefined while it is here. */
export const absenceOf = (absences: readonly Absence[], name: string, now: string): Absence | undefined =>
  absences.find(({ person, from, until }) => isSamePerson(person, name) && from <= now && now < until);
