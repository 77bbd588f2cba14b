import type { Log } from "../shared/ports/log.ts";
import type { Bus } from "../shared/ports/workflow.ts";

/** One machine has no subscribers: what a deployment would put on its bus is a line of the log. */
export const loggingBus = (log: Log): Bus => ({
  publish: async (events) => {
    for (const event of events) log.info("event", { type: event.type, id: String(event.detail.id) });
  },
});
