import { tablePorts } from "../../functions/adapters/table/index.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "ledger-is-the-world";
const check = checker(name);

export const ledgerIsTheWorld: Invariant = {
  name,
  promise:
    "At rest the ledger says of every call what really happened (committed: its effect is there, once; rejected: it is not), the step's record agrees, and nothing happened that has no row.",
  watch: ({ table, service, executions }) => ({
    atRest: async () => {
      const ports = tablePorts(table);
      for (const execution_id of executions) {
        const rows = await ports.ledger.ofExecution(execution_id);
        for (const record of await ports.steps.all(execution_id)) {
          for (const side of ["forward", "compensation"] as const) {
            const row = rows.find((each) => each.step_id === record.step_id && each.side === side);
            const effects = service.effects(record, side);
            const said = row?.status === "COMMITTED" ? 1 : 0;
            check(
              effects === said,
              () =>
                `${record.step_id} (${side}) is ${row?.status ?? "not in the ledger"} and took effect ${effects} times`,
            );
            check(
              row?.status !== "INTENT" && row?.status !== "INDETERMINATE",
              () => `${record.step_id} (${side}) ended and its outcome is not known`,
            );
            if (side === "forward" && row !== undefined) {
              check(
                record.committed === (said === 1),
                () =>
                  `${record.step_id} is recorded as ${record.committed ? "" : "not "}committed, the ledger says ${row.status}`,
              );
            }
          }
        }
      }
    },
  }),
};
