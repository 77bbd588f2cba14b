import { isDeepStrictEqual } from "node:util";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { recomputeHash } from "../../shared/audit/audit-event.ts";
import { applyEvent, newStepRecord, stepChain } from "../../shared/execution/record/step-event.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "audit-is-the-state";
const check = checker(name);

export const auditIsTheState: Invariant = {
  name,
  promise: "Replaying the audit gives exactly the stored state of every step, and every hash is that of its event.",
  watch: ({ table, executions }) => ({
    atRest: async () => {
      const ports = tablePorts(table);
      for (const execution_id of executions) {
        const events = await Array.fromAsync(ports.auditLog.events(execution_id));
        const chains = Map.groupBy(events, ({ chain }) => chain);
        for (const event of events) {
          check(recomputeHash(execution_id, event) === event.hash, () => `event ${event.event_id} has another hash`);
        }
        for (const listed of await ports.steps.all(execution_id)) {
          const { plan_id, step_id } = listed;
          const stored = (await ports.steps.get(execution_id, step_id)) ?? listed;
          const first = newStepRecord({ execution_id, plan_id, step_id }, stored.updated_at);
          const replayed = (chains.get(stepChain(step_id)) ?? []).reduce(applyEvent, first);
          check(
            isDeepStrictEqual(replayed, stored),
            () => `${step_id} is stored as ${stored.state} and the audit says ${replayed.state}`,
          );
        }
      }
    },
  }),
};
