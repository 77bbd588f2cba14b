import type { Settings } from "../../../shared/ports/coordination.ts";
import { SETTINGS } from "./keys/of-registries.ts";
import type { Table } from "./table.ts";

const LIVE_ENABLED = { pk: SETTINGS, sk: "LIVE_ENABLED" };

/** Off until somebody has switched it on. */
export const settings = (table: Table): Settings => ({
  liveEnabled: async () => (await table.get(LIVE_ENABLED))?.enabled === true,
  setLiveEnabled: async (enabled, by, at) => {
    await table.put({ ...LIVE_ENABLED, enabled, by, at });
  },
});
