import { tablePorts } from "../../functions/adapters/table/index.ts";
import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { isBegun } from "../../functions/adapters/table/keys/of-executions.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { schedule } from "../../shared/conflicts/schedule.ts";
import { callsElsewhere } from "../../shared/execution/order/duplicates.ts";
import { type StepRecord, stepRecord } from "../../shared/execution/record/step-record.ts";
import { placeName } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "takes-what-was-made";
const check = checker(name);

/** A step that ended by a conflict, and how every call stood in the ledger then. */
type Ended = { readonly record: StepRecord; readonly statuses: ReadonlyMap<string, unknown> };

export const takesWhatWasMade: Invariant = {
  name,
  promise:
    "A step ends as the duplicate of another execution's call only once that call is on record as made, or as one of which nobody can tell: while it is under way, the step waits.",
  watch: ({ table, bodies }) => {
    const statuses = new Map<string, unknown>();
    const ended = new Map<string, Ended>();
    return {
      written: ({ after }) => {
        if (after?.pk.startsWith(PARTITIONS.ledger)) statuses.set(`${after.pk}/${after.sk}`, after.status);
        if (!after?.pk.startsWith(PARTITIONS.step) || isBegun(after)) return;
        const record = readBody(stepRecord, after);
        if (record.ending !== "conflict" || ended.has(placeName(record))) return;
        ended.set(placeName(record), { record, statuses: new Map(statuses) });
      },
      atRest: async () => {
        for (const { record, statuses: then } of ended.values()) {
          const ref = (await tablePorts(table).executions.get(record.execution_id))?.schedule ?? null;
          if (ref === null) continue;
          const { conflicts } = schedule.parse(await bodies.get(ref));
          const call = callsElsewhere(conflicts, new Map([[record.step_id, record]])).get(record.step_id);
          if (call === undefined) continue;
          const { pk, sk } = ledgerKey(call);
          const status = then.get(`${pk}/${sk}`);
          check(
            status === "COMMITTED" || status === "INDETERMINATE",
            () => `${placeName(record)} took ${placeName(call)} for its own, which was ${status}`,
          );
        }
      },
    };
  },
};
