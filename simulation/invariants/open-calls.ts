import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import type { Written } from "../written.ts";
import type { Place } from "./ahead.ts";

const OPEN: ReadonlySet<unknown> = new Set(["INTENT", "INDETERMINATE"]);

export const rowName = (place: Place): string => {
  const { pk, sk } = ledgerKey({ ...place, side: "forward" });
  return `${pk}/${sk}`;
};

/** The calls that are in flight, or whose outcome is not known yet, as the ledger is written. */
export const openCalls = () => {
  const open = new Set<string>();
  return {
    written: ({ before, after }: Written): void => {
      const place = after ?? before;
      if (!place?.pk.startsWith(PARTITIONS.ledger)) return;
      const row = `${place.pk}/${place.sk}`;
      if (OPEN.has(after?.status)) open.add(row);
      else open.delete(row);
    },
    now: (): ReadonlySet<string> => new Set(open),
    has: (row: string): boolean => open.has(row),
  };
};
