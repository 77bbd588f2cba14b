import type { WaitTokens } from "../../../shared/ports/executions.ts";
import { stillThatToken } from "./conditions.ts";
import { tokenKey } from "./keys/of-executions.ts";
import type { Table } from "./table.ts";

/** The one open task token of an execution; a later wait replaces it. */
export const waitTokens = (table: Table): WaitTokens => ({
  get: async (execution_id) => {
    const item = await table.get(tokenKey(execution_id));
    return item && { token: String(item.token), pass: Number(item.pass) };
  },
  put: async (execution_id, token, pass) => {
    await table.put({ ...tokenKey(execution_id), token, pass });
  },
  remove: async (execution_id, token) => {
    await table.delete(tokenKey(execution_id), stillThatToken(token));
  },
});
