import { writes } from "../../shared/contracts/tool-contract.ts";
import { type Arrival, writtenKeys } from "../service/service.ts";
import { aheadOf, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "in-plan-order";
const check = checker(name);

export const inPlanOrder: Invariant = {
  name,
  promise: "Two writes of one record run in the order of their plan, whatever puts them in order.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    /** By execution, in the order in which they arrived. */
    const sent = new Map<string, Arrival["call"][]>();
    return {
      arrived: async ({ call, side, by }) => {
        if (side !== "forward" || !writes(call.contract)) return;
        const earlier = sent.get(call.execution_id) ?? [];
        sent.set(call.execution_id, [...earlier, call]);
        const keys = new Set(writtenKeys(call));
        const sharing = earlier.filter((each) => writtenKeys(each).some((key) => keys.has(key)));
        if (sharing.length === 0) return;
        const index = await scheduleOf(call.execution_id);
        for (const other of sharing) {
          const behind = aheadOf(index, other.step_id, () => true).some(({ step_id }) => step_id === call.step_id);
          check(!behind, () => `${by} sends ${placeName(call)} after ${other.step_id}, which follows it in its plan`);
        }
      },
    };
  },
};
