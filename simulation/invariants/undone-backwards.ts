import type { Item } from "../../functions/adapters/table/item.ts";
import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import type { ScheduledStep } from "../../shared/conflicts/schedule.ts";
import { isCompensable } from "../../shared/contracts/tool-contract.ts";
import { type StepRecord, stepRecord } from "../../shared/execution/record/step-record.ts";
import type { ScheduleIndex } from "../../shared/execution/view/view.ts";
import { contractOf } from "../service/contracts.ts";
import { behind, behindElsewhere, endingOf, type Place, placeName, recordOf, scheduleReader } from "./ahead.ts";
import { checker, type Facts, type Invariant } from "./invariant.ts";

const name = "undone-backwards";
const check = checker(name);

export const undoneBackwards: Invariant = {
  name,
  promise:
    "What is undone together is undone backwards, a plan alone or plans with one another: nothing is, while a call that follows it, in its plan or as a write of one record in another that is undone as well, may still take effect, or stands and can be undone; unless a person has seen to that one.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    const begun = begunUndos();
    const rowOf = (execution_id: string, step_id: string, side: "forward" | "compensation") =>
      facts.table.get(ledgerKey({ execution_id, step_id, side }));
    return {
      written: ({ after }) => {
        if (after?.pk.startsWith(PARTITIONS.step) && String(after.body).includes('"rollback_trigger":"'))
          begun.note(after);
      },
      arrived: async ({ call, side, by }) => {
        if (side !== "compensation") return;
        const { execution_id, step_id } = call;
        const index = await scheduleOf(execution_id);
        const others = await togetherWith(facts, begun, call, index);
        for (const { step_id: next, tool_name } of [...behind(index, step_id), ...others]) {
          const [done, undone] = await Promise.all([
            rowOf(execution_id, next, "forward"),
            rowOf(execution_id, next, "compensation"),
          ]);
          const ending = await endingOf(facts, { execution_id, step_id: next });
          const byPeople = ending === "compensated" || ending === "undo_accepted";
          const stands = done?.status === "COMMITTED" && undone?.status !== "COMMITTED" && !byPeople;
          const moves = done?.status === "INTENT" || done?.status === "INDETERMINATE";
          check(
            !moves && !(stands && isCompensable(contractOf(tool_name))),
            () => `${by} undoes ${placeName(call)}, and ${next}, which follows it, is ${done?.status}`,
          );
        }
      },
    };
  },
};

type Begun = Pick<StepRecord, "plan_id" | "step_id" | "rollback_number">;

/** The undos that were begun, by execution, in the order in which that came on record. */
const begunUndos = () => {
  const all = new Map<string, Begun[]>();
  const isSame = (one: Begun, other: Begun): boolean =>
    one.step_id === other.step_id && one.rollback_number === other.rollback_number;
  return {
    note: (item: Item): void => {
      const record = readBody(stepRecord, item);
      const begun = all.get(record.execution_id) ?? [];
      if (!begun.some((each) => isSame(each, record))) all.set(record.execution_id, [...begun, record]);
    },
    /** Plans of which something was begun to be undone before that undo was. */
    plansBefore: (record: StepRecord): ReadonlySet<string> => {
      const begun = all.get(record.execution_id) ?? [];
      const mine = begun.findIndex((each) => isSame(each, record));
      return new Set(begun.slice(0, Math.max(0, mine)).map(({ plan_id }) => plan_id));
    },
  };
};

/**
 * The calls that follow one in plans that are undone with its own: all of them where a person asked for the whole, else those
 * whose undo had begun when its own was. One that failed since is undone later.
 */
const togetherWith = async (
  facts: Facts,
  begun: ReturnType<typeof begunUndos>,
  place: Place,
  index: ScheduleIndex,
): Promise<readonly ScheduledStep[]> => {
  const record = await recordOf(facts, place);
  if (record === undefined) return [];
  const before = begun.plansBefore(record);
  return behindElsewhere(index, place.step_id).filter(
    ({ plan_id }) => record.rollback_trigger === "manual" || before.has(plan_id),
  );
};
