import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "one-call";
const check = checker(name);

/** A person found that a compensation did not happen: its row is taken back, and it may be sent anew. */
const takenBack = (pk: string, status: unknown): boolean => pk.startsWith(PARTITIONS.ledger) && status === "WITHDRAWN";

export const oneCall: Invariant = {
  name,
  promise:
    "A tool that does not recognise a repeated key is called at most once for each step and side, unless a person found that the call did not happen.",
  watch: () => {
    const calls = new Map<string, number>();
    return {
      written: ({ after }) => {
        if (after !== undefined && takenBack(after.pk, after.status)) {
          calls.delete(`${after.pk.slice(PARTITIONS.ledger.length)}/${after.sk}`);
        }
      },
      arrived: async ({ call, side, by }) => {
        const { contract, execution_id, step_id } = call;
        if (contract.risk_level === "LOW" || contract.outcome_resolution === "IDEMPOTENT_KEY") return;
        const place = `${execution_id}/${step_id}#${side}`;
        const made = (calls.get(place) ?? 0) + 1;
        calls.set(place, made);
        check(made === 1, () => `${by} sends ${place} for the ${made}. time`);
      },
    };
  },
};
