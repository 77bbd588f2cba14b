import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isWithinWindow } from "../../../shared/execution/order/duplicate-window.ts";
import {
  type LedgerKey,
  type LedgerRow,
  ledgerRow,
  ledgerSide,
  unknownRow,
} from "../../../shared/execution/record/ledger-row.ts";
import { digestOfBytes } from "../../../shared/plan/digest.ts";
import { type JsonObject, json, jsonObject } from "../../../shared/plan/json.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import { RecordDamaged } from "../../../shared/ports/damaged.ts";
import type { Ledger, LedgerOutcome } from "../../../shared/ports/ledger.ts";
import { nothingStands, notThere, stillStatusWithSameEpoch, stillWithdrawn } from "./conditions.ts";
import { readHinted } from "./indexed.ts";
import type { Item } from "./item.ts";
import { callMarks, callsLike, ledgerKey, ledgerOfExecution, restsOn } from "./keys/of-calls.ts";
import { PARTITIONS } from "./keys/partitions.ts";
import { bodyOf, eachReadable, instant, oncePerItem, placeOf, readItem } from "./record.ts";
import type { Table } from "./table.ts";

/** A late outcome has an attribute of its own: recorded without a race, and the same one twice is one. */
const EVIDENCE = "evidence#";

const WITHDRAWN = "WITHDRAWN";
/** Stored under the status that earlier releases wrote. */
const TOMBSTONE = "CLOSED";

const storedOutcome = z.strictObject({
  ended_at: z.string(),
  output: json,
  error: z.string().nullable(),
  undo: jsonObject.nullable(),
  made_by: ledgerRow.shape.made_by,
  unanswered: ledgerRow.shape.unanswered,
  unsent: ledgerRow.shape.unsent,
  set_back: ledgerRow.shape.set_back,
});
const storedEvidence = ledgerRow.shape.evidence.element;

/** The row as it was intended is never rewritten; the outcome stands beside it. */
const toItem = (row: LedgerRow): Item => ({
  ...ledgerKey(row),
  ...(row.side === "forward" ? indexKeys(row) : {}),
  status: row.status,
  epoch: row.epoch,
  ...bodyOf(row),
});

const indexKeys = (row: LedgerRow) => ({
  gsi1pk: callsLike(row.call_digest),
  gsi1sk: `${instant(row.started_at)}#${row.execution_id}#${row.step_id}`,
});

const markOf = ({ execution_id, step_id, started_at }: LedgerRow, same_call: string): Item => ({
  pk: callMarks(same_call),
  sk: `${instant(started_at)}#${execution_id}#${step_id}`,
  execution_id,
  step_id,
});

/** Of calls before marks were put, these many of the newest are looked at. */
const NEWEST_HINTS = 100;

const parseRow = (item: Item): LedgerRow => {
  const intended = ledgerRow.parse(JSON.parse(String(item.body)));
  const outcome = item.outcome === undefined ? {} : storedOutcome.parse(JSON.parse(String(item.outcome)));
  const late = Object.keys(item).filter((name) => name.startsWith(EVIDENCE));
  const evidence = late.sort().map((name) => storedEvidence.parse(JSON.parse(String(item[name]))));
  const status = ledgerRow.shape.status.parse(item.status);
  return { ...intended, ...outcome, status, evidence: [...intended.evidence, ...evidence] };
};

const toRow = oncePerItem((item): LedgerRow => readItem(item, parseRow));

/** A row that was taken back is as good as none. */
const standingRow = (item: Item): LedgerRow | undefined => (stands(item) ? toRow(item) : undefined);

/** From the keys alone, of a row that cannot be read. */
const keyIn = ({ pk, sk }: Item): LedgerKey => {
  const at = sk.lastIndexOf("#");
  const side = ledgerSide.parse(sk.slice(at + 1));
  return { execution_id: pk.slice(PARTITIONS.ledger.length), step_id: sk.slice(0, at), side };
};

/** Where not even the index says, it may have begun at any time that is looked at. */
const beganAt = ({ gsi1sk }: Item, since: string): string => {
  const [at = ""] = String(gsi1sk).split("#");
  return Number.isNaN(Date.parse(at)) ? since : at;
};

const stands = ({ status }: Item): boolean => status !== WITHDRAWN && status !== TOMBSTONE;

const mergedUndo = (stored: JsonObject | null, told: JsonObject | null): JsonObject | null =>
  told === null ? stored : { ...stored, ...told };

const evidenceOf = (item: Item) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith(EVIDENCE)));

export const ledger = (table: Table): Ledger => {
  const get = async (key: LedgerKey): Promise<LedgerRow | undefined> => {
    const item = await table.get(ledgerKey(key));
    return item && standingRow(item);
  };

  const addEvidence = (key: LedgerKey, outcome: LedgerOutcome): Promise<Item | "moved"> => {
    const { at, ...told } = outcome;
    const name = `${EVIDENCE}${instant(at)}#${digestOfBytes(JSON.stringify(outcome)).slice(0, 16)}`;
    return table.update(ledgerKey(key), { set: { [name]: JSON.stringify({ at, outcome: told }) } });
  };

  /** The item an outcome is told for. One that was taken back keeps it as evidence: that much is known to be wrong. */
  const intended = async (key: LedgerKey, outcome: LedgerOutcome): Promise<Item> => {
    const item = await table.get(ledgerKey(key));
    const row = `ledger row of ${key.step_id} (${key.side}) in ${key.execution_id}`;
    if (item === undefined) throw new Error(`there is no ${row}`);
    if (stands(item)) return item;
    await addEvidence(key, outcome);
    throw new Error(`the ${row} was taken back; the outcome is kept there as evidence`);
  };

  const readable = async (execution_id: string): Promise<{ items: LedgerRow[]; damaged: Item[] }> => {
    const { items, damaged } = eachReadable(await table.query(ledgerOfExecution(execution_id)), standingRow);
    return { items: items.filter((row) => row !== undefined), damaged };
  };

  return {
    get,

    // The mark comes first: a row that stands is found by whoever looks for the same call, a mark alone says nothing.
    intend: async (row) => {
      if (row.same_call !== undefined) await table.put(markOf(row, row.same_call));
      if ((await table.put(toItem(row), notThere)) === "written") return { kind: "written", row };
      const item = await table.get(ledgerKey(row));
      if (item?.status === WITHDRAWN) {
        const again = { ...toItem(row), ...evidenceOf(item) };
        if ((await table.put(again, stillWithdrawn)) === "written") return { kind: "written", row: toRow(again) };
      }
      if (item?.status === TOMBSTONE) return { kind: "tombstone" };
      const standing = await get(row);
      if (standing === undefined) throw new Contended(`ledger row of ${row.step_id} in ${row.execution_id}`, 1);
      return { kind: "exists", row: standing };
    },

    settle: async (key, epoch, from, outcome) => {
      const before = toRow(await intended(key, outcome));
      const undo = mergedUndo(before.undo, outcome.undo);
      const { status, at: ended_at, output, error, made_by, unsent } = outcome;
      const { unanswered = before.unanswered, set_back = before.set_back } = outcome;
      const told = { ended_at, output, error, undo, made_by, unanswered, unsent, set_back };
      const set = { status, outcome: JSON.stringify(told) };
      const item = await table.update(ledgerKey(key), { set }, stillStatusWithSameEpoch(from, epoch));
      if (item !== "moved") return { kind: "settled", row: toRow(item) };
      const standing = toRow(await intended(key, outcome));
      if (standing.epoch === epoch && isOutcome(standing, outcome)) return { kind: "settled", row: standing };
      const evident = await addEvidence(key, outcome);
      return { kind: "late", row: evident === "moved" ? standing : toRow(evident) };
    },

    // Marked, not deleted: no role is granted a way to remove what the ledger says.
    withdraw: async (key, epoch, from) => {
      const change = { set: { status: WITHDRAWN }, remove: ["gsi1pk", "gsi1sk"] };
      return (await table.update(ledgerKey(key), change, stillStatusWithSameEpoch(from, epoch))) !== "moved";
    },

    entomb: async (key) =>
      (await table.update(ledgerKey(key), { set: { status: TOMBSTONE } }, nothingStands)) !== "moved",

    rest: async (on, { execution_id, step_id }) => {
      await table.put({ pk: restsOn(on), sk: `${execution_id}#${step_id}`, execution_id, step_id });
    },

    restingOn: async (call, limit) =>
      (await table.query(restsOn(call), { limit })).map(({ execution_id, step_id }) => ({
        execution_id: String(execution_id),
        step_id: String(step_id),
      })),

    ofExecution: async (execution_id) => {
      const { items, damaged } = await readable(execution_id);
      const [first] = damaged;
      if (first !== undefined) throw new RecordDamaged(placeOf(first), undefined);
      return items;
    },

    readable: async (execution_id) => {
      const { items, damaged } = await readable(execution_id);
      return { items, damaged: damaged.map(keyIn) };
    },

    callsLike: async ({ same_call, call_digest }, since) => {
      const alike = new Set([same_call, call_digest]);
      const marked = async (): Promise<readonly Item[]> => {
        const marks = await table.query(callMarks(same_call), { after: instant(since) });
        const keys = marks.map(({ execution_id, step_id }) =>
          ledgerKey({ execution_id: String(execution_id), step_id: String(step_id), side: "forward" }),
        );
        return table.getMany([...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()]);
      };
      const hinted = async (digest: string): Promise<readonly Item[]> =>
        readHinted(table, await table.queryIndex(callsLike(digest), { descending: true, limit: NEWEST_HINTS }));
      const items = (await Promise.all([marked(), ...[...alike].map(hinted)])).flat();
      const read = eachReadable(items, standingRow);
      const unknown = read.damaged.map((item) =>
        unknownRow(keyIn(item), { started_at: beganAt(item, since), same_call }),
      );
      const rows = [...read.items.filter((row) => row !== undefined), ...unknown];
      const found = rows.filter(
        (row) => isWithinWindow(row.started_at, since) && (row.same_call === same_call || alike.has(row.call_digest)),
      );
      return [...new Map(found.map((row) => [`${row.execution_id}\n${row.step_id}`, row])).values()].sort(
        (one, other) => other.started_at.localeCompare(one.started_at),
      );
    },
  };
};

/** The same outcome, told again after a reply that was lost. */
const isOutcome = (row: LedgerRow, outcome: LedgerOutcome): boolean => {
  const { status, ended_at, output, error } = row;
  const told = { status: outcome.status, ended_at: outcome.at, output: outcome.output, error: outcome.error };
  return isDeepStrictEqual({ status, ended_at, output, error }, told);
};
