import type { Log } from "../shared/ports/log.ts";
import type { Bus, BusEvent } from "../shared/ports/workflow.ts";

/**
 * One machine has no subscribers but registered addresses: an event is a line of the log, and on record as owed to them
 * when it is published.
 */
export const localBus = (log: Log, take: (event: BusEvent) => Promise<unknown>): Bus => ({
  publish: async (events) => {
    for (const event of events) {
      log.info("event", { type: event.type, id: String(event.detail.id) });
      await take(event);
    }
  },
});
