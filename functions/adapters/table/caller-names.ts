import { callerName } from "../../../shared/plan/caller-name.ts";
import type { CallerNames } from "../../../shared/ports/caller-names.ts";
import { CALLER_NAMES, callerNameKey } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

export const callerNames = (table: Table): CallerNames => ({
  // One that cannot be read leaves its caller to be shown by the id.
  all: async () => eachReadable(await table.query(CALLER_NAMES), (item) => readBody(callerName, item)).items,
  put: async (named) => {
    await table.put({ ...callerNameKey(named.caller), ...bodyOf(named) });
  },
  remove: async (caller) => {
    const key = callerNameKey(caller);
    const known = await table.get(key);
    await table.delete(key);
    return known !== undefined;
  },
});
