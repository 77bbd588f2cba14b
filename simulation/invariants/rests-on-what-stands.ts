import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { isDependency } from "../../shared/conflicts/rule-of-order.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import type { LedgerSide } from "../../shared/execution/record/ledger-row.ts";
import { aheadOf, callsFor, type Place, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "rests-on-what-stands";
const check = checker(name);

export const restsOnWhatStands: Invariant = {
  name,
  promise:
    "A step never goes LIVE on an effect that does not stand: where what it depends on, or the call that was made in its place, was being undone before its own call was announced, nothing is sent.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    /** When the standing attempt of each row was announced, counted in writes of the ledger. */
    const announced = new Map<string, number>();
    const at = (place: Place, side: LedgerSide): number | undefined => {
      const { pk, sk } = ledgerKey({ ...place, side });
      return announced.get(`${pk}/${sk}`);
    };
    let count = 0;
    return {
      written: ({ before, after }) => {
        if (!after?.pk.startsWith(PARTITIONS.ledger)) return;
        count += 1;
        const row = `${after.pk}/${after.sk}`;
        if (after.status === "INTENT" && before?.status !== "INTENT") announced.set(row, count);
        // A compensation that was taken back, or had no effect, undid nothing.
        if (after.status === "WITHDRAWN" || after.status === "REJECTED") announced.delete(row);
      },
      arrived: async ({ call, side, by }) => {
        if (side !== "forward" || !writes(call.contract)) return;
        const mine = at(call, "forward") ?? 0;
        const stands = (place: Place): boolean => (at(place, "compensation") ?? Number.POSITIVE_INFINITY) > mine;
        const ahead = aheadOf(await scheduleOf(call.execution_id), call.step_id, isDependency);
        for (const step of ahead.filter((each) => each.writes)) {
          const done = await callsFor(facts, call.execution_id, step);
          check(
            done.length === 0 || done.some(stands),
            () => `${by} sends ${placeName(call)} on ${done.map(placeName).join(", ")}, which was undone`,
          );
        }
      },
    };
  },
};
