import { inFlightKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { LOCKS } from "../../functions/adapters/table/keys/of-registries.ts";
import { type Lock, lockApplies } from "../../shared/execution/lock/lock.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "lock-holds";
const check = checker(name);

const nameOf = (key: { readonly pk: string; readonly sk: string }): string => `${key.pk}/${key.sk}`;

export const lockHolds: Invariant = {
  name,
  promise: "After a lock was answered, no call runs within its scope but those that the answer lists.",
  watch: () => {
    /** By the lock's item: what it is, and the in-flight rows of the answer that still stand. */
    const answered = new Map<string, { readonly lock: Lock; readonly listed: Set<string> }>();
    return {
      locked: (lock, listed) => {
        const place = nameOf({ pk: LOCKS, sk: `=${lock.lock_id}` });
        answered.set(place, { lock, listed: new Set(listed.map((call) => nameOf(inFlightKey(call)))) });
      },
      written: ({ before, after }) => {
        if (before === undefined || after !== undefined) return;
        answered.delete(nameOf(before));
        for (const { listed } of answered.values()) listed.delete(nameOf(before));
      },
      arrived: async ({ call, side, by }) => {
        const { execution_id, step_id, contract, agent_id } = call;
        const target = { execution_id, tool_names: [contract.tool_name], agent_ids: [agent_id] };
        const row = nameOf(inFlightKey({ execution_id, step_id, side }));
        for (const { lock, listed } of answered.values()) {
          const held = lockApplies(lock, target) && (side === "forward" || lock.mode === "freeze_all");
          check(!held || listed.has(row), () => `${by} sends ${row} after ${lock.lock_id} was answered without it`);
        }
      },
    };
  },
};
