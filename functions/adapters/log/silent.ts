import type { Log } from "../../../shared/ports/log.ts";

/** Says nothing: where only times are of interest. */
export const silentLog: Log = { with: () => silentLog, info: () => {}, warn: () => {}, error: () => {} };
