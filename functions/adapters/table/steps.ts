import { z } from "zod";
import type { AuditEvent } from "../../../shared/audit/audit-event.ts";
import { applyEvent, newStepRecord, stepChain, stepMove } from "../../../shared/execution/record/step-event.ts";
import { type StepRecord, stepRecord } from "../../../shared/execution/record/step-record.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import type { Steps } from "../../../shared/ports/executions.ts";
import { eventAt, eventsAfter, headOf, putEvent } from "./chains.ts";
import { notThere, projectionIsOlder, stillAsRead } from "./conditions.ts";
import type { Item } from "./item.ts";
import { begunKey, isBegun, stepKey, stepsOfExecution } from "./keys/of-executions.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** Steps that one row tells of: with the longest ids far below the limit of an item. */
const STEPS_OF_A_ROW = 500;

/** Steps to which nothing has happened yet: a row of their own would be written for nothing. */
const begun = z.strictObject({
  at: z.string(),
  steps: z.array(z.tuple([z.string(), z.string()])),
});

const toBegun = (records: readonly StepRecord[]): Item[] => {
  const [first] = records;
  if (first === undefined) return [];
  const { execution_id, updated_at: at } = first;
  const body = { at, steps: records.map(({ plan_id, step_id }) => [plan_id, step_id]) };
  return [{ ...begunKey(execution_id, digestOf("begun", body)), ...bodyOf(body) }];
};

const toItem = (record: StepRecord): Item => ({
  ...stepKey(record.execution_id, record.step_id),
  seq: record.seq,
  ...bodyOf(record),
});

/**
 * Steps: the chain of events is the truth, the projection a copy of what it adds up to. A transition is two writes, the
 * event and then the projection. After a crash between the two the projection is one event behind, and nothing can come
 * of it where a step is moved: its place in the chain is taken ("moved"), and that answer repairs the projection, as
 * `get` does. So `all` reads projections only, in one query; who acts by leaving steps alone must `get` each. A step gets
 * its own projection with its first event.
 */
export const steps = (table: Table): Steps => {
  const project = (record: StepRecord) => table.put(toItem(record), projectionIsOlder(record.seq));

  /** In the place of one that cannot be read, unless somebody has put it right since. */
  const replace = (record: StepRecord, damaged: Item) => table.put(toItem(record), stillAsRead(damaged));

  /** Projection and head at once; only where they differ, the events between them. */
  const repaired = async (execution_id: string, step_id: string): Promise<StepRecord | undefined> => {
    const chain = stepChain(step_id);
    const [item, head] = await Promise.all([
      table.get(stepKey(execution_id, step_id)),
      headOf(table, execution_id, chain),
    ]);
    const { items, damaged } = eachReadable(item === undefined ? [] : [item], (each) => readBody(stepRecord, each));
    const [projection] = items;
    if (head === undefined || (projection !== undefined && projection.seq >= head.seq)) return projection;
    const missed = await eventsAfter(table, execution_id, chain, projection?.seq ?? 0);
    const record = replay(execution_id, projection, missed);
    const [broken] = damaged;
    if (record !== undefined) await (broken === undefined ? project(record) : replace(record, broken));
    return record;
  };

  return {
    append: async ({ event, record }) => {
      if ((await putEvent(table, record.execution_id, event)) === "written") {
        await project(record);
        return "appended";
      }
      const standing = await eventAt(table, record.execution_id, event.chain, event.seq);
      await repaired(record.execution_id, record.step_id);
      // The hash, not only the id: an event of the same meaning by another attempt has another time, and who took its
      // own record for the head would break the chain with the next event.
      return standing?.hash === event.hash ? "repeated" : "moved";
    },

    get: repaired,

    all: async (execution_id) => {
      const items = await table.query(stepsOfExecution(execution_id));
      const { items: whole, damaged } = eachReadable(
        items.filter((item) => !isBegun(item)),
        (item) => readBody(stepRecord, item),
      );
      const anew = await Promise.all(damaged.map(({ sk }) => repaired(execution_id, sk)));
      const moved = [...whole, ...anew.filter((record) => record !== undefined)];
      return [...moved, ...stillFirst(execution_id, items.filter(isBegun), moved)];
    },

    createAll: async (records) => {
      for (let start = 0; start < records.length; start += STEPS_OF_A_ROW) {
        for (const item of toBegun(records.slice(start, start + STEPS_OF_A_ROW))) await table.put(item, notThere);
      }
    },
  };
};

/** The first records of those that have none yet. Rows that cannot be read tell of none: the schedule knows the steps too. */
const stillFirst = (execution_id: string, rows: readonly Item[], moved: readonly StepRecord[]): StepRecord[] => {
  const known = new Set(moved.map(({ step_id }) => step_id));
  const found: StepRecord[] = [];
  for (const { at, steps } of eachReadable(rows, (row) => readBody(begun, row)).items) {
    for (const [plan_id, step_id] of steps) {
      if (known.has(step_id)) continue;
      known.add(step_id);
      found.push(newStepRecord({ execution_id, plan_id, step_id }, at));
    }
  }
  return found;
};

const replay = (
  execution_id: string,
  projection: StepRecord | undefined,
  missed: readonly AuditEvent[],
): StepRecord | undefined => {
  const [first] = missed;
  if (first === undefined) return projection;
  const { plan_id, step_id } = stepMove.parse(first.body);
  return missed.reduce(applyEvent, projection ?? newStepRecord({ execution_id, plan_id, step_id }, first.at));
};
