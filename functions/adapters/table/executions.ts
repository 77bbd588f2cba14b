import { z } from "zod";
import {
  type ExecutionRecord,
  executionRecord,
  executionStatus,
} from "../../../shared/execution/record/execution-record.ts";
import { listedAt } from "../../../shared/execution/record/listed-at.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { RecordDamaged } from "../../../shared/ports/damaged.ts";
import type { Executions } from "../../../shared/ports/executions.ts";
import { notThere, stillVersion } from "./conditions.ts";
import { inParts, whole } from "./in-parts.ts";
import { readHinted } from "./indexed.ts";
import type { Item } from "./item.ts";
import { executionKey, executionsOfStatus, idempotencyKey, passKey, passPrefix } from "./keys/of-executions.ts";
import { mergedPage } from "./merged.ts";
import { bodyOf, eachReadable, instant, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const reply = z.strictObject({ body_digest: z.string(), execution_id: z.string() });

const toItem = (record: ExecutionRecord): Item => ({
  ...executionKey(record.execution_id),
  gsi1pk: executionsOfStatus(record.status),
  gsi1sk: `${instant(listedAt(record))}#${record.execution_id}`,
  version: record.version,
  ...bodyOf(record),
});

/** From the key alone: a lock and the sweeper find all of them, also where one's record cannot be read. */
const idOf = ({ gsi1sk }: Item): string => String(gsi1sk).slice(String(gsi1sk).indexOf("#") + 1);

/** Of one whose record cannot be read nobody knows that it has. */
const hasConcluded = (hint: Item): boolean => {
  try {
    return readBody(executionRecord, hint).concluded !== null;
  } catch (error) {
    if (error instanceof RecordDamaged) return false;
    throw error;
  }
};

/**
 * Execution records, the replies to submissions, and the answers of Next wave. The index holds a partition per status;
 * the listing merges them, and since the sort key of a record never changes, one that moves to another status between
 * two pages is neither lost nor listed twice.
 */
export const executions = (table: Table): Executions => ({
  create: async (record) => (await table.put(toItem(record), notThere)) === "written",

  get: async (execution_id) => {
    const item = await table.get(executionKey(execution_id));
    return item && readBody(executionRecord, item);
  },

  update: async (record) => {
    const next = { ...record, version: record.version + 1 };
    const outcome = await table.put(toItem(next), stillVersion(record.version));
    return outcome === "written" ? next : outcome;
  },

  list: async ({ limit, next, status: only }) => {
    const statuses = only === undefined ? executionStatus.options : [only];
    const sources = statuses.map(
      (status) => (after: string | undefined, count: number) =>
        table.queryIndex(executionsOfStatus(status), { after, limit: count, descending: true }),
    );
    const page = await mergedPage(sources, { sortKey: "gsi1sk", descending: true, limit, next });
    const items = await readHinted(table, page.items);
    const found = eachReadable(items, (item) => readBody(executionRecord, item));
    return { items: found.items, unreadable: found.damaged.map(idOf), next: page.next };
  },

  running: async () => {
    const hints = await table.queryIndex(executionsOfStatus("RUNNING"));
    return hints.map(idOf);
  },

  active: async ({ except, at_most } = {}) => {
    const limit = at_most === undefined ? {} : { limit: at_most + 1 };
    const hints = await table.queryIndex(executionsOfStatus("RUNNING"), { ...limit, descending: true });
    // There are more than were read, and how many of those have concluded nobody knows.
    if (at_most !== undefined && hints.length > at_most) return at_most;
    return hints.filter((hint) => idOf(hint) !== except && !hasConcluded(hint)).length;
  },

  remember: async (key, value) => {
    const item = { ...idempotencyKey(key), ...bodyOf(value) };
    const first = await firstOf(table, item);
    return first === item ? { kind: "written" } : { kind: "exists", ...readBody(reply, first) };
  },

  recall: async (key) => {
    const item = await table.get(idempotencyKey(key));
    return item && readBody(reply, item);
  },

  answerPass: async (execution_id, history, pass, answer) => {
    const item = await inParts(table, passKey(execution_id, history, pass), answer);
    return whole(table, await firstOf(table, item));
  },

  passAnswer: async (execution_id, history, pass) => {
    const item = await table.get(passKey(execution_id, history, pass));
    return item && whole(table, item);
  },

  passAnswers: async (execution_id, history, pass) => {
    const { pk, sk } = passKey(execution_id, history, pass);
    const before = passKey(execution_id, history, pass - 1).sk;
    // The two that come after the one two before it, unless one is missing.
    const after = pass < 2 ? {} : { after: passKey(execution_id, history, pass - 2).sk };
    const items = await table.query(pk, { prefix: passPrefix(history), ...after, limit: 2 });
    const answerAt = async (place: string): Promise<JsonObject | undefined> => {
      const item = items.find((each) => each.sk === place);
      return item && whole(table, item);
    };
    return { own: await answerAt(sk), before: await answerAt(before) };
  },

  lastPass: async (execution_id, history) => {
    const prefix = passPrefix(history);
    const [last] = await table.query(executionKey(execution_id).pk, { prefix, descending: true, limit: 1 });
    return last && whole(table, last);
  },
});

/** Puts the item if there is none. @returns the item that stands there: nothing ever removes these. */
const firstOf = async (table: Table, item: Item): Promise<Item> => {
  if ((await table.put(item, notThere)) === "written") return item;
  return (await table.get({ pk: item.pk, sk: item.sk })) ?? item;
};
