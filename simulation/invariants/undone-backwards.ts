import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { isCompensable } from "../../shared/contracts/tool-contract.ts";
import { contractOf } from "../service/contracts.ts";
import { behind, endingOf, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "undone-backwards";
const check = checker(name);

export const undoneBackwards: Invariant = {
  name,
  promise:
    "A plan is undone backwards: nothing is, while a call that follows it in its plan may still take effect, or stands and can be undone; unless a person has seen to that one.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    const rowOf = (execution_id: string, step_id: string, side: "forward" | "compensation") =>
      facts.table.get(ledgerKey({ execution_id, step_id, side }));
    return {
      arrived: async ({ call, side, by }) => {
        if (side !== "compensation") return;
        const { execution_id, step_id } = call;
        const index = await scheduleOf(execution_id);
        for (const { step_id: next, tool_name } of behind(index, step_id)) {
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
