import type { JsonObject } from "../../../shared/plan/json.ts";
import { hint } from "../../hints.ts";
import {
  calibration,
  health,
  liveReply,
  lockReply,
  metric,
  signalPage,
  systemState,
  unlockReply,
  workState,
} from "../../replies/system.ts";
import { ask, type HttpOptions } from "../http.ts";
import { at, maybe, post, put } from "./asking.ts";

/** Locks and the LIVE switch, workers, and what was measured. */
export const systemOver = (http: HttpOptions) => ({
  system: () => ask(http, systemState, "/system"),
  lock: (body: JsonObject) =>
    ask(http, lockReply, "/system/lock", {
      ...post("system:lock", body),
      ...maybe("it may have been placed", hint.system()),
    }),
  unlock: (body: JsonObject) =>
    ask(http, unlockReply, "/system/unlock", {
      ...post("system:lock", body),
      ...maybe("it may have been lifted", hint.system()),
    }),
  live: (enabled: boolean, reason: string) =>
    ask(http, liveReply, "/system/live", {
      ...put("system:lock", { enabled, reason }),
      ...maybe(`it may have been switched ${enabled ? "on" : "off"}`, hint.system()),
    }),
  work: () => ask(http, workState, "/work"),
  health: () => ask(http, health, "/health"),
  calibration: (next?: string) => ask(http, calibration, "/calibration", { query: { next } }),
  metric: (name: string, since?: string) => ask(http, metric, `/metrics/${at(name)}`, { query: { since } }),
  signals: (query: { target_phase?: string; limit: number; next?: string }) =>
    ask(http, signalPage, "/signals", { query }),
});
