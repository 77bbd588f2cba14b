import { safeJson } from "../../shared/shown/untrusted.ts";
import { moment } from "../../shared/shown/words.ts";
import type { EventPage } from "../replies/executions.ts";
import { truncate } from "./width.ts";

/** One event in a line, cut to the width of a terminal; whole where there is none. The event is printable. */
export const eventLine = (
  { chain, seq, type, at, actor, body }: EventPage["items"][number],
  { columns }: { readonly columns: number },
): string => {
  const line = `${moment(at)}  ${chain} #${seq}  ${type}  ${actor}  ${safeJson(body)}`;
  return Number.isFinite(columns) ? truncate(line, columns) : line;
};
