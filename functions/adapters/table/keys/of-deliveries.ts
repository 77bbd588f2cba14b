import type { Key } from "../item.ts";
import { INDEXES, PARTITIONS } from "./partitions.ts";

/** Webhooks, and the deliveries to them. */

export const WEBHOOKS = `${PARTITIONS.webhook}ALL`;
export const webhookKey = (webhook_id: string): Key => ({ pk: WEBHOOKS, sk: webhook_id });
/** Deliveries to one address by the time they were made; a pointer, written before one, leads from its id to there. */
export const deliveriesTo = (webhook_id: string): string => `${PARTITIONS.delivery}TO#${webhook_id}`;
export const deliveryKey = (delivery: { webhook_id: string; delivery_id: string; created_at: string }): Key => ({
  pk: deliveriesTo(delivery.webhook_id),
  sk: `${delivery.created_at}#${delivery.delivery_id}`,
});
export const deliveryPointerKey = (delivery: { webhook_id: string; delivery_id: string }): Key => ({
  pk: `${PARTITIONS.delivery}ID#${delivery.webhook_id}`,
  sk: delivery.delivery_id,
});
export const waitingDeliveries = (webhook_id: string): string => INDEXES.deliveries + webhook_id;
