import { z } from "zod";
import { UNREAD } from "../../../shared/execution/lock/lock.ts";
import { ledgerSide } from "../../../shared/execution/record/ledger-row.ts";
import type { Attempt, InFlight, InFlightCalls } from "../../../shared/ports/coordination.ts";
import { nothingRuns, stillThatAttempt } from "./conditions.ts";
import type { Item } from "./item.ts";
import { inFlightKey, inFlightPartitions } from "./keys/of-calls.ts";
import { bodyOf, eachReadable, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const inFlight = z.strictObject({
  execution_id: z.string(),
  step_id: z.string(),
  side: ledgerSide,
  tool_name: z.string(),
  agent_id: z.string(),
  undoes: z.string().exactOptional(),
  proposed_by: z.string().exactOptional(),
  started_at: z.string(),
  may_run_until: z.string(),
});

const attemptOf = ({ started_at, may_run_until }: Pick<InFlight, "started_at" | "may_run_until">): string =>
  `${started_at}#${may_run_until}`;

const toItem = (call: InFlight): Item => ({
  ...inFlightKey(call),
  until_ms: milliseconds(call.may_run_until),
  attempt: attemptOf(call),
  ...bodyOf(call),
});

const toCall = (item: Item): InFlight => {
  const [call] = eachReadable([item], (each) => readBody(inFlight, each)).items;
  return call ?? unreadCall(item);
};

const begunOn = ({ begun_on }: Item): Partial<Pick<Attempt, "begun_on">> =>
  typeof begun_on === "number" ? { begun_on } : {};

/** A row that cannot be read: by its key and its attempt, it may run, and any lock or abort has to tell of it. */
const unreadCall = ({ sk, attempt }: Item): InFlight => {
  const [execution_id = "", ...rest] = sk.split("#");
  const side = ledgerSide.parse(rest.pop());
  const [started_at = "", may_run_until = ""] = String(attempt).split("#");
  return {
    execution_id,
    step_id: rest.join("#"),
    side,
    tool_name: UNREAD,
    agent_id: UNREAD,
    started_at,
    may_run_until,
  };
};

/** Rows of the base table over a few partitions: an index could not be read consistently, and a lock must miss none. */
export const inFlightCalls = (table: Table): InFlightCalls => ({
  begin: async ({ begun_on, ...call }, now) => {
    if ((await table.put({ ...toItem(call), begun_on }, nothingRuns(milliseconds(now)))) === "written")
      return undefined;
    const item = await table.get(inFlightKey(call));
    // Gone again since: whoever asks next finds the place free.
    return item === undefined ? { ...call, begun_on } : { ...toCall(item), ...begunOn(item) };
  },
  put: async (call) => {
    await table.put(toItem(call));
  },
  remove: async (call) => {
    await table.delete(inFlightKey(call), stillThatAttempt(attemptOf(call)));
  },
  get: async (call) => {
    const item = await table.get(inFlightKey(call));
    return item && toCall(item);
  },
  all: async () => {
    const shards = await Promise.all(inFlightPartitions().map((pk) => table.query(pk)));
    return shards.flat().map(toCall);
  },
});
