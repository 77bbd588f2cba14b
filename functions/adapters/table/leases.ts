import { z } from "zod";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import {
  type Holder,
  type Lease,
  type Leases,
  MOST_TICKETS,
  type Waiting,
} from "../../../shared/ports/coordination.ts";
import {
  allOf,
  asSeen,
  holdsTicket,
  leaseIsFreeAndUnasked,
  leaseIsFreeForTurn,
  stillHeldAsGiven,
  stillHeldWithEpoch,
  ticketFits,
} from "./conditions.ts";
import type { Item } from "./item.ts";
import { leaseKey } from "./keys/of-calls.ts";
import { bodyOf, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";
import { aheadOf, lapsesAt, queueIn, type Ticket, ticketOf } from "./tickets.ts";

/** Every refused attempt is another's change of that one lease. */
const TURNS = 20;

const heldLease = z.strictObject({
  key: z.string(),
  execution_id: z.string(),
  step_id: z.string(),
  until: z.string(),
});

type Answer = Awaited<ReturnType<Leases["acquire"]>>;
/** One attempt: who asks for what, when, and the item as it was read. */
type Asked = { readonly key: string; readonly holder: Holder; readonly now: number; readonly item: Item };

/** The attributes of the holder, and its end in a form that conditions can compare. */
const heldBy = (holder: z.infer<typeof heldLease>) => ({ ...bodyOf(holder), until_ms: milliseconds(holder.until) });

const toLease = (item: Item): Lease => ({ ...readBody(heldLease, item), epoch: Number(item.epoch) });

const held = (item: Item): Answer => ({ kind: "held", lease: toLease(item) });

const isSameHolder = (one: Pick<Holder, "execution_id" | "step_id">, other: Holder): boolean =>
  one.execution_id === other.execution_id && one.step_id === other.step_id;

/**
 * One item per resource; taking it, giving it back and prolonging it are one conditional write each. Those who wait
 * leave a ticket in the same item, an attribute each, counted in `tickets`.
 */
export const leases = (table: Table): Leases => {
  const get = async (key: string): Promise<Lease | undefined> => {
    const item = await table.get(leaseKey(key));
    // The item of a lease that nobody holds stays, to keep the epoch.
    return item?.until_ms === undefined ? undefined : toLease(item);
  };

  const extend = async ({ epoch, ...lease }: Lease, until: string): Promise<boolean> => {
    const set = heldBy({ ...lease, until });
    return (await table.update(leaseKey(lease.key), { set }, stillHeldWithEpoch(epoch))) !== "moved";
  };

  /** The holder's own lease, given anew: whoever still has it as it was before can do nothing to it any more. */
  const again = async ({ epoch, ...lease }: Lease, until: string): Promise<Answer | undefined> => {
    const change = { set: heldBy({ ...lease, until }), add: { epoch: 1 } };
    const given = await table.update(leaseKey(lease.key), change, stillHeldWithEpoch(epoch));
    return given === "moved" ? undefined : held(given);
  };

  /** Takes a place in the queue, or keeps the one there is. @returns how many stand before it; undefined: look again. */
  const waitInLine = async ({ key, holder, now, item }: Asked, lease: Lease | undefined) => {
    const { waiting, lapsed } = queueIn(item, now);
    const own = [...waiting, ...lapsed].find((ticket) => isSameHolder(ticket, holder));
    const lapsedOwn = own !== undefined && lapsed.includes(own);
    // A holder that let its place lapse goes to the end.
    const ticket = ticketOf(holder, own === undefined || lapsedOwn ? now : own.since, now);
    const ahead = aheadOf(waiting, ticket);
    const set = { [ticket.attribute]: ticket.text };
    if (own !== undefined) {
      const kept = await table.update(leaseKey(key), { set }, holdsTicket(ticket.attribute));
      return kept === "moved" ? undefined : ahead;
    }
    const dropped = lapsed.map(({ attribute, text }) => [attribute, text] as const);
    const fits = ticketFits(ticket.attribute, MOST_TICKETS + dropped.length);
    const change = { set, add: { tickets: 1 - dropped.length }, remove: dropped.map(([attribute]) => attribute) };
    const unchanged = lease === undefined ? fits : allOf(fits, stillHeldWithEpoch(lease.epoch));
    const condition = dropped.length === 0 ? unchanged : allOf(unchanged, asSeen(dropped));
    if ((await table.update(leaseKey(key), change, condition)) !== "moved") return ahead;
    // Full, or it has changed since: only the former is an answer.
    return waiting.length >= MOST_TICKETS ? waiting.length : undefined;
  };

  const takeInTurn = async ({ key, holder, now, item }: Asked): Promise<Answer | undefined> => {
    const { waiting, lapsed } = queueIn(item, now);
    const own = waiting.filter((ticket) => isSameHolder(ticket, holder));
    const dropped = [...own, ...lapsed].map(({ attribute, text }) => [attribute, text] as const);
    const change = {
      set: heldBy({ key, execution_id: holder.execution_id, step_id: holder.step_id, until: holder.until }),
      add: { epoch: 1, tickets: -dropped.length },
      remove: dropped.map(([attribute]) => attribute),
    };
    const taken = await table.update(leaseKey(key), change, leaseIsFreeForTurn(now, dropped));
    return taken === "moved" ? undefined : held(taken);
  };

  /** After the first attempt was refused: one look, and the one write that follows from it. */
  const askAgain = async (asked: Asked): Promise<Answer | undefined> => {
    const { item, holder, now, key } = asked;
    const standing = item.until_ms === undefined ? undefined : toLease(item);
    if (standing !== undefined && milliseconds(standing.until) > now) {
      if (isSameHolder(standing, holder)) return again(standing, holder.until);
      const ahead = await waitInLine(asked, standing);
      return ahead === undefined ? undefined : { kind: "busy", by: standing, ahead };
    }
    const first = queueIn(item, now).waiting.at(0);
    if (first === undefined || isSameHolder(first, holder)) return takeInTurn(asked);
    const ahead = await waitInLine(asked, undefined);
    return ahead === undefined ? undefined : { kind: "busy", by: turnOf(key, item, first), ahead };
  };

  return {
    get,
    extend,

    acquire: async (key, { execution_id, step_id, until }, now) => {
      const holder = { execution_id, step_id, until };
      const at = milliseconds(now);
      const change = { set: heldBy({ key, ...holder }), add: { epoch: 1 } };
      return compareAndSet(`lease ${key}`, TURNS, async () => {
        const taken = await table.update(leaseKey(key), change, leaseIsFreeAndUnasked(at));
        if (taken !== "moved") return held(taken);
        const item = await table.get(leaseKey(key));
        const answer = item && (await askAgain({ key, holder, now: at, item }));
        return answer ?? "moved";
      });
    },

    release: async (lease, now) => {
      const asGiven = stillHeldAsGiven(lease.epoch, milliseconds(lease.until));
      const free = await table.update(leaseKey(lease.key), { remove: ["body", "until_ms"] }, asGiven);
      return free === "moved" ? undefined : firstIn(free, milliseconds(now));
    },

    turn: async (key, now) => {
      const item = await table.get(leaseKey(key));
      const at = milliseconds(now);
      const free = item !== undefined && (item.until_ms === undefined || Number(item.until_ms) <= at);
      return free ? firstIn(item, at) : undefined;
    },
  };
};

/** The first of those who still ask. */
const firstIn = (item: Item, now: number): Waiting | undefined => {
  const first = queueIn(item, now).waiting.at(0);
  return first && { execution_id: first.execution_id, step_id: first.step_id };
};

/** A free lease, in the words of a held one: it is kept for whose turn it is until that one's ticket lapses. */
const turnOf = (key: string, item: Item, first: Ticket): Lease => ({
  key,
  execution_id: first.execution_id,
  step_id: first.step_id,
  until: new Date(lapsesAt(first)).toISOString(),
  epoch: Number(item.epoch),
});
