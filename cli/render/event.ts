import { eventInWords } from "../../shared/shown/events.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { moment } from "../../shared/shown/words.ts";
import type { EventPage } from "../replies/executions.ts";
import { truncate, wrap } from "./width.ts";

/** Further lines stand below the words of the first, behind `2026-01-31 12:00:00Z  `. */
const INDENT = " ".repeat(22);

/**
 * One event for people at a terminal: what happened to what, from where to where and why, with nothing of the why cut.
 * An event that says no why shows as much of its body as a line holds. Where there is no terminal: whole, in a line. The
 * event is printable.
 */
export const eventLines = (
  { chain, seq, type, at, actor, body }: EventPage["items"][number],
  { columns }: { readonly columns: number },
): string[] => {
  const line = `${moment(at)}  ${chain} #${seq}  ${type}  ${actor}  `;
  if (!Number.isFinite(columns)) return [`${line}${safeJson(body)}`];
  const words = eventInWords(body);
  if (words === undefined) return [truncate(`${line}${safeJson(body)}`, columns)];
  const [first = "", ...more] = wrap(`${line}${words}`, columns);
  const rest = more.length === 0 ? [] : wrap(more.join(" "), Math.max(20, columns - INDENT.length));
  return [first, ...rest.map((piece) => `${INDENT}${piece}`)];
};
