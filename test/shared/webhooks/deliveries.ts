import { type Delivery, newDelivery } from "../../../shared/webhooks/delivery.ts";
import type { Webhook } from "../../../shared/webhooks/webhook.ts";

export const NOON = "2030-01-01T12:00:00.000Z";

export const aWebhook = (changes: Partial<Webhook> = {}): Webhook => ({
  webhook_id: "w1",
  kind: "webhook",
  address: "https://desk.example.com/buddy",
  description: null,
  event_types: null,
  created_by: "alice",
  created_at: NOON,
  status: "active",
  disabled_because: null,
  disabled_at: null,
  failing_since: null,
  version: 1,
  ...changes,
});

export const aDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery("w1", { type: "ApprovalRequested", id: "ap1", data: { id: "ap1" } }, NOON),
  ...changes,
});
