import { isDependency } from "../../shared/conflicts/rule-of-order.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { aheadOf, callsFor, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "nothing-refused-ahead";
const check = checker(name);

export const nothingRefusedAhead: Invariant = {
  name,
  promise:
    "No write is sent while a write ahead of it in its plan, near or far, is undecided or was refused, whatever became of the steps between them: a read, a duplicate, a step that was capped, expired or aborted cuts no chain.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    return {
      arrived: async ({ call, side, by }) => {
        if (side !== "forward" || !writes(call.contract)) return;
        const ahead = aheadOf(await scheduleOf(call.execution_id), call.step_id, isDependency);
        for (const step of ahead.filter((each) => each.writes)) {
          const done = await callsFor(facts, call.execution_id, step);
          check(done.length > 0, () => `${by} sends ${placeName(call)}, and ${step.step_id} ahead of it was not done`);
        }
      },
    };
  },
};
