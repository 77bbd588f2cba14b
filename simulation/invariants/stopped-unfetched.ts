import { LOCKS } from "../../functions/adapters/table/keys/of-registries.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { type Lock, lockApplies } from "../../shared/execution/lock/lock.ts";
import { placeName } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "stopped-unfetched";
const check = checker(name);

/** The reasons for which nothing was to be handed out, as they stood when a worker began to ask. */
type Stops = {
  readonly aborted: ReadonlySet<string>;
  readonly off: boolean;
  readonly locks: ReadonlyMap<string, Lock>;
};

export const stoppedUnfetched: Invariant = {
  name,
  promise:
    "A call that was stopped before a worker asked for it (an abort, a lock, LIVE switched off, each answered and not lifted since) is handed to nobody.",
  watch: () => {
    const aborted = new Set<string>();
    const locks = new Map<string, Lock>();
    let off = false;
    const asked = new Map<symbol, Stops>();
    return {
      written: ({ before, after }) => {
        // Lifted, or made stricter, which another answer tells of.
        if (before?.pk === LOCKS) locks.delete(before.sk);
        if (after?.pk.startsWith(PARTITIONS.setting) && after.enabled === true) off = false;
      },
      locked: (lock) => locks.set(`=${lock.lock_id}`, lock),
      aborted: (execution_id) => aborted.add(execution_id),
      switchedOff: () => {
        off = true;
      },
      fetches: (fetch) => asked.set(fetch, { aborted: new Set(aborted), off, locks: new Map(locks) }),
      handedOut: (fetch, { rung, side, execution_id, step_id, tool_name, agent_id }) => {
        const then = asked.get(fetch);
        if (then === undefined || rung === "look_up") return;
        const forward = side === "forward";
        const words = (why: string) => () => `${placeName({ execution_id, step_id })} was handed out, and ${why}`;
        check(!(forward && then.aborted.has(execution_id)), words("its execution had been aborted"));
        check(!(forward && then.off && off), words("LIVE had been switched off"));
        for (const [place, lock] of then.locks) {
          const target = { execution_id, tool_names: [tool_name], agent_ids: [agent_id] };
          const held = lockApplies(lock, target) && (forward || lock.mode === "freeze_all");
          check(!(held && locks.get(place) === lock), words(`${lock.lock_id} had been locked`));
        }
      },
    };
  },
};
