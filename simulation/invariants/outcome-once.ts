import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "outcome-once";
const check = checker(name);

/** Where a row may go from each status. Evidence may be added to any. */
const NEXT: Readonly<Record<string, readonly unknown[]>> = {
  INTENT: ["INTENT", "COMMITTED", "REJECTED", "INDETERMINATE", "WITHDRAWN"],
  INDETERMINATE: ["INDETERMINATE", "COMMITTED", "REJECTED", "WITHDRAWN"],
  COMMITTED: ["COMMITTED"],
  REJECTED: ["REJECTED"],
  WITHDRAWN: ["WITHDRAWN", "INTENT", "CLOSED"],
  CLOSED: ["CLOSED"],
};

export const outcomeOnce: Invariant = {
  name,
  promise:
    "What the ledger says is final: a known outcome is never overwritten, and the row of an attempt never becomes another's.",
  watch: () => ({
    written: ({ before, after }) => {
      const place = before ?? after;
      if (!place?.pk.startsWith(PARTITIONS.ledger) || before === undefined) return;
      // A note beside a call, of those who made the same one or rest on it, has no status: it may be said again.
      if (before.status === undefined && after?.status === undefined && after !== undefined) return;
      const possible = NEXT[String(before.status)] ?? [];
      check(
        after !== undefined && possible.includes(after.status),
        () => `${place.pk}/${place.sk} went from ${before.status} to ${after?.status ?? "nothing"}`,
      );
      const sameAttempt = before.status === "WITHDRAWN" || before.body === after?.body;
      check(sameAttempt, () => `${place.pk}/${place.sk} became the row of another attempt`);
    },
  }),
};
