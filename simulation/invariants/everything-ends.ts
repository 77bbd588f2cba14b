import { tablePorts } from "../../functions/adapters/table/index.ts";
import { leaseKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "everything-ends";
const check = checker(name);

export const everythingEnds: Invariant = {
  name,
  promise:
    "Once faults stop and people answer, every execution ends, every step of it has ended, nobody is asked anything, and no lease is held.",
  watch: ({ table, executions, now }) => ({
    atRest: async () => {
      const ports = tablePorts(table);
      for (const execution_id of executions) {
        const execution = await ports.executions.get(execution_id);
        check(execution !== undefined && execution.status !== "RUNNING", () => `${execution_id} still runs`);
        for (const record of await ports.steps.all(execution_id)) {
          check(
            record.phase === "finished",
            () =>
              `${execution_id} is ${execution?.status} and ${record.step_id} stands in ${record.state} (${record.phase})`,
          );
        }
        const open = (await ports.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");
        check(open.length === 0, () => `${execution_id} has ended and still asks ${open.map(({ kind }) => kind)}`);
        for (const row of await ports.ledger.ofExecution(execution_id)) {
          const key = `thing:${String(row.arguments.id)}`;
          const held = await table.get(leaseKey(key));
          const lease = held?.until_ms === undefined ? undefined : await ports.leases.get(key);
          // An abandoned one ends by itself; one that was kept "until a person decides" must not outlive the decision.
          check(
            lease === undefined || Date.parse(lease.until) < now() + 86_400_000,
            () => `the lease of ${key} is held by ${lease?.execution_id}/${lease?.step_id} until ${lease?.until}`,
          );
        }
      }
    },
  }),
};
