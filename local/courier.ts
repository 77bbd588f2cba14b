import type { Timer } from "../functions/tools/timer.ts";
import { deliverTo, forgetOld } from "../functions/webhooks/deliver-due.ts";
import type { TryDeps } from "../functions/webhooks/try-delivery.ts";
import type { Courier } from "../shared/ports/webhooks.ts";

/** An address that is being sent to; `again`: something more came for it meanwhile. */
type Lane = { again: boolean; cancel: () => void; running: Promise<void> | undefined };

const FAILED_AGAIN_MS = 60_000;

/** Sends what waits for addresses, each in a lane of its own, as soon as it is due. */
export type LocalCourier = Courier & {
  /** From then on something is sent, what waited before at once. */
  start(deps: TryDeps): Promise<void>;
  /** Begins nothing more. @returns when what was being sent has its outcome */
  stop(): Promise<void>;
};

export const localCourier = (timer: Timer): LocalCourier => {
  const lanes = new Map<string, Lane>();
  let started: TryDeps | undefined;
  let stopped = false;

  const waits = (webhook_id: string): void => {
    const lane = lanes.get(webhook_id) ?? { again: false, cancel: () => {}, running: undefined };
    lanes.set(webhook_id, lane);
    if (lane.running !== undefined) lane.again = true;
    else if (started !== undefined && !stopped) lane.running = run(started, webhook_id, lane);
  };

  const run = async (deps: TryDeps, webhook_id: string, lane: Lane): Promise<void> => {
    lane.cancel();
    lane.again = false;
    const next = await sent(deps, webhook_id);
    lane.running = undefined;
    if (stopped) return;
    if (lane.again) waits(webhook_id);
    else if (next !== undefined) {
      const milliseconds = Math.max(0, next.getTime() - deps.clock.now().getTime());
      lane.cancel = timer.after(milliseconds, () => waits(webhook_id));
    }
  };

  const sent = async (deps: TryDeps, webhook_id: string): Promise<Date | undefined> => {
    try {
      const next = await deliverTo(deps, webhook_id, () => stopped);
      await forgetOld(deps, webhook_id);
      return next;
    } catch (error) {
      deps.log.error("deliveries to a webhook failed", { webhook_id }, error);
      return new Date(deps.clock.now().getTime() + FAILED_AGAIN_MS);
    }
  };

  return {
    waits,
    start: async (deps) => {
      started = deps;
      for (const { webhook_id } of await deps.webhooks.all()) waits(webhook_id);
    },
    stop: async () => {
      stopped = true;
      for (const { cancel } of lanes.values()) cancel();
      await Promise.all([...lanes.values()].map(({ running }) => running));
    },
  };
};
