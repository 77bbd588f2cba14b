import type { Deps } from "../../deps.ts";
import type { LiveReply } from "../schemas.ts";
import { recordOperator } from "./record-operator.ts";

type Using = Pick<Deps, "settings" | "auditLog" | "clock">;

/**
 * The deployment's switch. Off counts before it is recorded, on is recorded before it counts: between the two, the
 * system is never more live than the audit says.
 */
export const switchLive =
  (deps: Using) =>
  async (
    { enabled, reason }: { readonly enabled: boolean; readonly reason?: string | undefined },
    caller: string,
  ): Promise<LiveReply> => {
    const at = deps.clock.now().toISOString();
    const before = await deps.settings.liveEnabled();
    const record = () =>
      recordOperator(deps, caller, at, enabled ? "live_enabled" : "live_disabled", { reason: reason ?? null });
    if (enabled) await record();
    await deps.settings.setLiveEnabled(enabled, caller, at);
    if (!enabled) await record();
    // Read again: a deployment that was installed without LIVE stays without it, whatever is switched here.
    const live_enabled = await deps.settings.liveEnabled();
    return { live_enabled, changed: live_enabled !== before };
  };
