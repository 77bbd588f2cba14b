import { chainPartition, chainPrefix } from "../../functions/adapters/table/keys/of-executions.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { stepChain } from "../../shared/execution/record/step-event.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "acts-in-its-state";
const check = checker(name);

export const actsInItsState: Invariant = {
  name,
  promise:
    "A call that writes is sent only while its step stands in LIVE, a compensation only while it stands in ROLLBACK; or while a person is being asked what became of the very call that its row announces.",
  watch: ({ table }) => ({
    arrived: async ({ call, side, by }) => {
      if (!writes(call.contract)) return;
      const { execution_id, step_id } = call;
      const chain = stepChain(step_id);
      const newest = { prefix: chainPrefix(chain), descending: true, limit: 1 };
      const [head] = await table.query(chainPartition(execution_id, chain), newest);
      const event = head === undefined ? undefined : JSON.parse(String(head.body));
      const state = side === "forward" ? "LIVE" : "ROLLBACK";
      const asked = event?.type === (side === "forward" ? "live_unknown" : "compensation_unknown");
      const open = asked || (event?.body.to === state && event.type !== "live_succeeded");
      check(open, () => `${by} sends ${step_id} (${side}) after ${event?.type ?? "nothing"}`);
    },
  }),
};
