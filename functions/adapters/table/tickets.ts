import { z } from "zod";
import { type Holder, TICKET_SECONDS } from "../../../shared/ports/coordination.ts";
import type { Item } from "./item.ts";

const TICKET = "ticket#";

/** `since`: when the place was taken; `asked`: when its owner asked last. Milliseconds since 1970. */
const storedTicket = z.strictObject({
  execution_id: z.string(),
  step_id: z.string(),
  since: z.number(),
  asked: z.number(),
});

export type Ticket = z.infer<typeof storedTicket> & {
  /** The attribute it stands in, and its text as it was read. */
  readonly attribute: string;
  readonly text: string;
};

/** Each ticket has an attribute of its own, so that those who wait never get in each other's way. */
export const ticketOf = (holder: Pick<Holder, "execution_id" | "step_id">, since: number, asked: number): Ticket => {
  const { execution_id, step_id } = holder;
  const ticket = { execution_id, step_id, since, asked };
  return { ...ticket, attribute: `${TICKET}${execution_id}#${step_id}`, text: JSON.stringify(ticket) };
};

/** First come, first served; of two that came at one moment the order is arbitrary, and the same for everybody. */
const before = (one: Ticket, other: Ticket): number =>
  one.since - other.since || (one.attribute < other.attribute ? -1 : 1);

/** How many of those who wait come before this one. */
export const aheadOf = (waiting: readonly Ticket[], ticket: Ticket): number =>
  waiting.filter((other) => other.attribute !== ticket.attribute && before(other, ticket) < 0).length;

export const lapsesAt = (ticket: Pick<Ticket, "asked">): number => ticket.asked + TICKET_SECONDS * 1_000;

/** No owner that still asks did so further ahead of now than any two clocks differ: that clock was set back since. */
const APART_MS = 600_000;

const stillAsks = (ticket: Ticket, now: number): boolean => lapsesAt(ticket) > now && ticket.asked <= now + APART_MS;

/** The queue of an item as it stands: those who still ask, in order, and those who have given up. */
export const queueIn = (item: Item, now: number): { waiting: Ticket[]; lapsed: Ticket[] } => {
  const all = Object.entries(item)
    .filter(([name]) => name.startsWith(TICKET))
    .map(([attribute, text]) => ({
      ...storedTicket.parse(JSON.parse(String(text))),
      attribute,
      text: String(text),
    }))
    .sort(before);
  return {
    waiting: all.filter((ticket) => stillAsks(ticket, now)),
    lapsed: all.filter((ticket) => !stillAsks(ticket, now)),
  };
};
