import { CARRIED } from "../../functions/adapters/table/keys/of-calls.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "asked-once";
const check = checker(name);

/** For so long the end that nobody was told stands for the call; the clocks of two processes may be so far apart. */
const UNTOLD_MS = 86_400_000 - 2 * 300_000;

/** Of one execution that is one call: since when it is known to have acted. */
type Effect = { readonly execution_id: string; readonly at: number };

/** Two executions that break the promise if they are of one call, and how. */
type Pair = { readonly one: string; readonly other: string; readonly found: string };

/**
 * Judged by what agents asked for and what they were told, and not by the places that the product keeps for their calls:
 * those only name a call of which no agent has heard yet.
 */
export const askedOnce: Invariant = {
  name,
  promise:
    "One call that an agent asks for again and again has one question to people and one effect, until somebody was told its end; requests under one key are about one call.",
  watch: ({ now }) => {
    /** By execution: the place that was claimed for it. */
    const placeOf = new Map<string, string>();
    /** By execution, and by its place: the call that the agent asked for, once it was answered about it. */
    const asked = new Map<string, string>();
    const told = new Set<string>();
    const open = new Set<string>();
    const effects: Effect[] = [];
    const pairs = new Map<string, Pair>();
    const byKey = new Map<string, string>();

    const callOf = (execution_id: string): string | undefined => {
      const place = placeOf.get(execution_id);
      return asked.get(execution_id) ?? (place === undefined ? undefined : (asked.get(place) ?? place));
    };
    const differ = ({ one, other, found }: Pair): void =>
      check(callOf(one) !== callOf(other), () => `${one} and ${other} ${found} ${callOf(one)}`);
    /** Looked at again when it becomes known what either was asked for as. */
    const apart = (pair: Pair): void => {
      pairs.set(`${pair.one} ${pair.other} ${pair.found}`, pair);
      differ(pair);
    };

    return {
      written: ({ before, after }) => {
        const item = after ?? before;
        if (item?.pk.startsWith(PARTITIONS.asked) && item.pk !== CARRIED) {
          placeOf.set(String(item.execution_id), `${item.pk}/${item.sk}`);
        }
        const asks = PARTITIONS.approval.concat("EXEC#");
        if (!item?.pk.startsWith(asks)) return;
        const other = item.pk.slice(asks.length);
        if (!placeOf.has(other)) return;
        if (after?.status !== "open") open.delete(other);
        else if (!open.has(other) && !told.has(other)) {
          for (const one of open) if (!told.has(one)) apart({ one, other, found: "both ask people about" });
          open.add(other);
        }
      },
      arrived: async ({ call: { execution_id: other, contract }, side }) => {
        if (!placeOf.has(other) || side !== "forward" || !writes(contract)) return;
        for (const { execution_id: one, at } of effects) {
          if (one === other || told.has(one) || now() - at >= UNTOLD_MS) continue;
          apart({ one, other, found: "both make, with nobody told the end of the first," });
        }
        effects.push({ execution_id: other, at: now() });
      },
      told: ({ by, idempotency_key, call, call_id, waits, left }) => {
        if (left && !waits) told.add(call_id);
        asked.set(call_id, call);
        const place = placeOf.get(call_id);
        if (place !== undefined) asked.set(place, call);
        for (const pair of pairs.values()) differ(pair);
        if (idempotency_key === undefined) return;
        const key = `${by}: ${idempotency_key}`;
        const first = byKey.get(key) ?? call_id;
        byKey.set(key, first);
        check(first === call_id, () => `"${idempotency_key}" was answered for ${first}, then for ${call_id}`);
      },
    };
  },
};
