import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "undoes-committed";
const check = checker(name);

export const undoesCommitted: Invariant = {
  name,
  promise: "Only what the ledger shows as committed is undone: never what was not done, never what is unknown.",
  watch: ({ table, service }) => ({
    arrived: async ({ call, side }) => {
      if (side !== "compensation") return;
      const item = await table.get(ledgerKey({ ...call, side: "forward" }));
      check(
        item?.status === "COMMITTED",
        () => `${call.step_id} is undone while its call is ${item?.status ?? "none"}`,
      );
      check(service.effects(call, "forward") > 0, () => `${call.step_id} is undone and never took effect`);
    },
  }),
};
