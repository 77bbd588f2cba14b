import { SIDES, sideOf } from "../attempt/side.ts";
import { failed, succeeded } from "../attempt/told.ts";
import { ledgerName } from "../view/view.ts";
import type { Rule } from "./walk.ts";

/**
 * The ledger knows more than the record where a call ended and its event was never written (a crash between the two).
 * Rows without an outcome are left to the rung itself, which resolves them.
 */
export const settleCalls: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    const side = sideOf(record);
    if (record.phase !== "open" || record.state !== SIDES[side].state) continue;
    const row = walk.row(step_id, side);
    if (row?.status === "COMMITTED") {
      const live_output = walk.view.bodies.get(ledgerName(step_id, "forward")) ?? null;
      const reason = `the ledger shows that ${SIDES[side].call} was committed`;
      walk.tell(step_id, succeeded(record, row, { reason, live_output }));
    }
    if (row?.status === "REJECTED") walk.tell(step_id, failed(side, record, row.error ?? "it was refused", { row }));
  }
};
