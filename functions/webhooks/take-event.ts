import type { JsonObject } from "../../shared/plan/json.ts";
import { type Delivery, MAX_DELIVERY_BYTES, newDelivery } from "../../shared/webhooks/delivery.ts";
import { addressesFor } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";

type Using = Pick<Deps, "webhooks" | "deliveries" | "courier" | "clock" | "log">;

/** As the bus has it; `detail.id` names it. */
export type Announced = { readonly type: string; readonly detail: JsonObject };

/**
 * Puts on record, for every address that wants an event, that it is owed it: before anything is sent, so that nothing is
 * lost whatever dies then. The same event again is the same delivery.
 */
export const takeEvent =
  (deps: Using) =>
  async ({ type, detail: { id, ...data } }: Announced): Promise<Delivery[]> => {
    const addresses = addressesFor(await deps.webhooks.all(), { type, data });
    const now = deps.clock.now().toISOString();
    const opened: Delivery[] = [];
    for (const { webhook_id } of addresses) {
      const event = { type, id: String(id), data: { id: String(id), ...data } };
      const wanted = newDelivery(webhook_id, event, now);
      const bytes = Buffer.byteLength(wanted.body);
      if (bytes > MAX_DELIVERY_BYTES) {
        deps.log.error("an event is too large to be delivered", { type, id: event.id, webhook_id, bytes });
        continue;
      }
      opened.push(await deps.deliveries.open(wanted));
      deps.courier.waits(webhook_id);
    }
    return opened;
  };
