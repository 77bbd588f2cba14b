import { callerNameList, callerNameRemoved, callerNameReply } from "../../replies/caller-names.ts";
import { ask, type HttpOptions } from "../http.ts";
import { at, put } from "./asking.ts";

/** Soon or not at all: what names stand beside is shown without them. */
const TIMEOUT_MS = 5_000;

/** Names that callers' ids are read by. */
export const namesOver = (http: HttpOptions) => ({
  names: () => ask({ ...http, timeout_ms: TIMEOUT_MS }, callerNameList, "/names"),
  nameCaller: (caller: string, name: string) =>
    ask(http, callerNameReply, `/names/${at(caller)}`, put("contracts:write", { name })),
  unnameCaller: (caller: string) =>
    ask(http, callerNameRemoved, `/names/${at(caller)}`, { method: "DELETE", scope: "contracts:write" }),
});
