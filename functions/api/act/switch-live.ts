import type { Deps } from "../../deps.ts";
import type { LiveReply } from "../schemas.ts";
import { recordLifting, recordStop } from "./record-operator.ts";
import { tellRunning } from "./tell-running.ts";

type Using = Pick<
  Deps,
  "settings" | "auditLog" | "clock" | "inFlightCalls" | "executions" | "waker" | "log" | "pendingStops"
>;

/**
 * The deployment's switch. Off counts before it is recorded, on is recorded before it counts: between the two, the
 * system is never more live than the audit says. Off is written first, then the calls in flight are read: one whose row
 * is not among them reads the switch before it is sent. A step that waits for an approval ends in DRY_RUN as soon as it
 * is told.
 */
export const switchLive =
  (deps: Using) =>
  async (
    { enabled, reason }: { readonly enabled: boolean; readonly reason?: string | undefined },
    caller: string,
  ): Promise<LiveReply> => {
    const at = deps.clock.now().toISOString();
    const before = await deps.settings.liveEnabled();
    const said = { reason: reason ?? null };
    if (enabled) await recordLifting(deps, caller, at, "live_enabled", said);
    await deps.settings.setLiveEnabled(enabled, caller, at);
    // Read again: a deployment that was installed without LIVE stays without it, whatever is switched here.
    const live_enabled = await deps.settings.liveEnabled();
    const changed = live_enabled !== before;
    if (enabled) return { live_enabled, changed };
    const can_still_run = await deps.inFlightCalls.all();
    const told = await recordStop(deps, { type: "live_disabled", at, actor: caller, body: said }, () =>
      tellRunning(deps, () => deps.executions.running(), "LIVE is off"),
    );
    return { live_enabled, changed, can_still_run, ...told };
  };
