import type { Item, Scalar } from "./item.ts";

/**
 * A condition of a write, as data: DynamoDB gets it as an expression, memory evaluates it. An attribute that is absent
 * differs from every value and is neither smaller nor larger than any. Order is for numbers only: the engines do not
 * agree on the order of all strings.
 */
export type Condition =
  | { readonly is: "absent" | "present"; readonly attribute: string }
  | { readonly is: "=" | "<>"; readonly attribute: string; readonly value: Scalar }
  | { readonly is: "<" | "<=" | ">" | ">="; readonly attribute: string; readonly value: number }
  | { readonly is: "and" | "or"; readonly of: readonly Condition[] };

const absent = (attribute: string): Condition => ({ is: "absent", attribute });
const present = (attribute: string): Condition => ({ is: "present", attribute });
const equal = (attribute: string, value: Scalar): Condition => ({ is: "=", attribute, value });
const and = (...of: readonly Condition[]): Condition => ({ is: "and", of });
const or = (...of: readonly Condition[]): Condition => ({ is: "or", of });

/** Joined conditions: one condition at least. @throws RangeError */
export const partsOf = (condition: Extract<Condition, { is: "and" | "or" }>): readonly Condition[] => {
  if (condition.of.length === 0) throw new RangeError(`"${condition.is}" of no conditions says nothing`);
  return condition.of;
};

// Every condition that a port's promise rests on, by name.

/** Put-if-absent. */
export const notThere: Condition = absent("pk");

/** An update makes nothing anew. */
export const there: Condition = present("pk");

/** Optimistic replacement: nobody has written since the record was read. */
export const stillVersion = (version: number): Condition => equal("version", version);

/** A decision is consumed once, and only while the request is open. */
export const stillOpenAtVersion = (version: number): Condition =>
  and(equal("status", "open"), equal("version", version));

/** A ledger row was taken back, and nobody has begun again since. */
export const stillWithdrawn: Condition = equal("status", "WITHDRAWN");

/** Nothing stands in the ledger's place: no row, one that was taken back, or a tombstone already. */
export const nothingStands: Condition = or(absent("pk"), equal("status", "WITHDRAWN"), equal("status", "CLOSED"));

/** A projection never goes back. */
export const projectionIsOlder = (seq: number): Condition =>
  or(absent("seq"), { is: "<", attribute: "seq", value: seq });

/** Nobody has held it since so many times had been counted. */
export const stillHeldTimes = (holds: number): Condition => (holds === 0 ? absent("holds") : equal("holds", holds));

/** It is still the change of that number. */
export const stillNumber = (number: number): Condition => equal("number", number);

/** No later change stands there. */
export const changeIsNewer = (number: number): Condition =>
  or(absent("number"), { is: "<", attribute: "number", value: number });

/** The outcome belongs to the attempt that the row is about, and nobody has written one yet. */
export const stillStatusWithSameEpoch = (status: string, epoch: number): Condition =>
  and(equal("status", status), equal("epoch", epoch));

/** Nobody holds the lease, or whoever did is past its time (milliseconds since 1970). */
export const leaseIsFree = (now: number): Condition =>
  or(absent("until_ms"), { is: "<=", attribute: "until_ms", value: now });

/** The lease is free and nobody waits for it: whoever comes first may take it without looking. */
export const leaseIsFreeAndUnasked = (now: number): Condition =>
  and(leaseIsFree(now), or(absent("tickets"), { is: "<=", attribute: "tickets", value: 0 }));

/** Tickets are as they were seen: none of their owners has asked again. */
export const asSeen = (tickets: readonly (readonly [attribute: string, text: string])[]): Condition =>
  and(...tickets.map(([attribute, text]) => equal(attribute, text)));

/** The lease is free, and the tickets that go with its taking are as they were seen. */
export const leaseIsFreeForTurn = (now: number, dropped: readonly (readonly [string, string])[]): Condition =>
  dropped.length === 0 ? leaseIsFree(now) : and(leaseIsFree(now), asSeen(dropped));

/** The queue has room for one more, and this one has no ticket yet. */
export const ticketFits = (ticket: string, most: number): Condition =>
  and(absent(ticket), or(absent("tickets"), { is: "<", attribute: "tickets", value: most }));

export const holdsTicket = (ticket: string): Condition => present(ticket);

/** The lease is still as it was given out: with this epoch, until then (milliseconds since 1970). */
export const stillHeldAsGiven = (epoch: number, until: number): Condition =>
  and(equal("until_ms", until), equal("epoch", epoch));

/** The lease is still the one that was given out with this epoch. */
export const stillHeldWithEpoch = (epoch: number): Condition => and(present("until_ms"), equal("epoch", epoch));

/** A slot is free once `dropped` abandoned ones are gone, and the holder has none yet. */
export const slotIsFree = (holder: string, limit: number, dropped: number): Condition =>
  and(absent(holder), or(absent("held"), { is: "<", attribute: "held", value: limit + dropped }));

/** The abandoned holders are still there, and still abandoned. */
export const stillAbandoned = (holders: readonly (readonly [attribute: string, until: number])[]): Condition =>
  and(...holders.map(([attribute, until]) => equal(attribute, until)));

export const holdsSlot = (holder: string): Condition => present(holder);

/** The execution is still among those that ask. */
export const isAsking = (ask: string): Condition => present(ask);

/** The slot is still the one that was taken until then (milliseconds since 1970). */
export const holdsSlotUntil = (holder: string, until: number): Condition => equal(holder, until);

/** No attempt stands there, or it is past its time (milliseconds since 1970). */
export const nothingRuns = (now: number): Condition =>
  or(absent("until_ms"), { is: "<=", attribute: "until_ms", value: now });

/** The row is still that attempt's. */
export const stillThatAttempt = (attempt: string): Condition => equal("attempt", attempt);

/** The bucket is full again (`full_at_us`, microseconds since 1970). */
export const bucketIsFull = (now: number): Condition =>
  or(absent("full_at_us"), { is: "<=", attribute: "full_at_us", value: now });

/** At least one token is left. */
export const bucketHasToken = (latest: number): Condition => ({ is: "<=", attribute: "full_at_us", value: latest });

/** Nobody has taken a token since it was read. */
export const bucketStandsAt = (full: number): Condition => equal("full_at_us", full);

/** No pause stands that lasts longer, but one of a clock that was ahead (milliseconds since 1970). */
export const pauseIsShorter = (until: number, latest: number): Condition =>
  or(
    absent("until_ms"),
    { is: "<", attribute: "until_ms", value: until },
    { is: ">", attribute: "until_ms", value: latest },
  );

/** It is still that token, not the one of a later wait. */
export const stillThatToken = (token: string): Condition => equal("token", token);

/** The place is still that execution's. */
export const stillOfExecution = (execution_id: string): Condition => equal("execution_id", execution_id);

/** Nobody has written it since it was read. */
export const stillSays = (body: string): Condition => equal("body", body);

/** The same of an item that may have lost what it says. */
export const stillAsRead = ({ body }: Item): Condition =>
  body === undefined ? absent("body") : stillSays(String(body));

/** No worker has taken the call yet, and it was not taken back. */
export const stillOffered: Condition = equal("state", "offered");

/** The same, and the time to begin it is not over (milliseconds since 1970). */
export const mayBeTaken = (now: number): Condition => and(stillOffered, { is: ">", attribute: "start_ms", value: now });

/** That worker took the call. */
export const takenBy = (worker: string): Condition => and(equal("state", "taken"), equal("worker", worker));

export const allOf = and;
