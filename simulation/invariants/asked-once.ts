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

export const askedOnce: Invariant = {
  name,
  promise:
    "One call that an agent asks for again and again has one question to people and one effect, until somebody was told its end; requests under one key are about one call.",
  watch: ({ now }) => {
    /** By execution: the agent's call that it makes, as claimed. */
    const placeOf = new Map<string, string>();
    const told = new Set<string>();
    const effects = new Map<string, Effect[]>();
    const questions = new Map<string, Set<string>>();
    const byKey = new Map<string, string>();
    const ofPlace = <Kept>(kept: Map<string, Kept>, place: string, none: () => Kept): Kept => {
      const found = kept.get(place) ?? none();
      kept.set(place, found);
      return found;
    };
    return {
      written: ({ before, after }) => {
        const item = after ?? before;
        if (item?.pk.startsWith(PARTITIONS.asked) && item.pk !== CARRIED) {
          const execution_id = String(item.execution_id);
          placeOf.set(execution_id, `${item.pk}/${item.sk}`);
          if (after === undefined) told.add(execution_id);
        }
        const asks = PARTITIONS.approval.concat("EXEC#");
        if (!item?.pk.startsWith(asks)) return;
        const execution_id = item.pk.slice(asks.length);
        const place = placeOf.get(execution_id);
        if (place === undefined) return;
        const open = ofPlace(questions, place, () => new Set<string>());
        if (after?.status === "open") open.add(execution_id);
        else open.delete(execution_id);
        const asking = [...open].filter((each) => !told.has(each));
        check(asking.length <= 1, () => `people are asked by ${asking.join(" and ")} about ${place}`);
      },
      arrived: async ({ call: { execution_id, contract }, side }) => {
        const place = placeOf.get(execution_id);
        if (place === undefined || side !== "forward" || !writes(contract)) return;
        const earlier = ofPlace(effects, place, (): Effect[] => []);
        const standing = earlier.find(
          (each) => each.execution_id !== execution_id && !told.has(each.execution_id) && now() - each.at < UNTOLD_MS,
        );
        check(
          standing === undefined,
          () => `${execution_id} makes ${place}, which ${standing?.execution_id} made and nobody was told`,
        );
        earlier.push({ execution_id, at: now() });
      },
      told: ({ by, idempotency_key, call_id }) => {
        if (idempotency_key === undefined) return;
        const first = ofPlace(byKey, `${by}: ${idempotency_key}`, () => call_id);
        check(first === call_id, () => `"${idempotency_key}" was answered for ${first}, then for ${call_id}`);
      },
    };
  },
};
