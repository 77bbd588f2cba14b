import { instantAfter } from "../../plan/instant.ts";
import type { ExecutionRecord } from "./execution-record.ts";

/** Ids that are made here: ten digits of time, in milliseconds since 1970, and sixteen that are drawn. */
const SORTABLE = /^[0-7][\dA-HJKMNP-TV-Z]{25}$/;
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The moment that an id says it was made at; undefined for one that says none. */
export const momentOfId = (id: string): string | undefined => {
  if (!SORTABLE.test(id)) return undefined;
  const milliseconds = [...id.slice(0, 10)].reduce((sum, digit) => sum * DIGITS.length + DIGITS.indexOf(digit), 0);
  return instantAfter(milliseconds, 0);
};

/**
 * The moment by which an execution stands in a listing: when it was submitted, unless its id says a later one. On one
 * machine ids go on where the clock is set back, so that the newest is the last that was submitted.
 */
export const listedAt = ({
  execution_id,
  submitted_at,
}: Pick<ExecutionRecord, "execution_id" | "submitted_at">): string => {
  const moment = momentOfId(execution_id);
  return moment !== undefined && Date.parse(moment) > Date.parse(submitted_at) ? moment : submitted_at;
};
