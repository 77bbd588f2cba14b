import { z } from "zod";
import { digestOf } from "../plan/digest.ts";
import { type JsonObject, jsonObject } from "../plan/json.ts";
import { identifier } from "../plan/tool-execution-plan.ts";

/** One try: what the address answered, or why no answer came. */
export const deliveryTry = z.strictObject({
  at: z.string(),
  /** The HTTP status; null where there was no answer. */
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  duration_ms: z.number().nonnegative(),
});
export type DeliveryTry = z.infer<typeof deliveryTry>;

export const MOST_TRIES_KEPT = 10;

/** One event on its way to one address. */
export const delivery = z.strictObject({
  /** The same for the same event and address, however often either is repeated: `webhook-id` of every request. */
  delivery_id: identifier,
  webhook_id: identifier,
  event_type: z.string(),
  event_id: z.string(),
  created_at: z.string(),
  /** The text that is sent and signed. */
  body: z.string(),
  status: z.enum(["waiting", "delivered", "failed"]),
  /** Tries that were begun; one that a crash cut off counts. */
  attempts: z.number().int().nonnegative(),
  /** When it is tried next, or looked at again; null when it is not. */
  next_at: z.string().nullable(),
  /** The last tries whose outcome is known, the newest last. */
  tries: z.array(deliveryTry).max(MOST_TRIES_KEPT),
  /** The message that shows people the event, where it can be changed: its channel of Slack, and its name there. */
  posted: z.strictObject({ channel: z.string(), ts: z.string() }).exactOptional(),
  /** Grows with every write: the condition of the next. */
  version: z.number().int().positive(),
});
export type Delivery = z.infer<typeof delivery>;

export type DeliveredEvent = { readonly type: string; readonly id: string; readonly data: JsonObject };

/** The body by the Standard Webhooks specification: type, time and data. */
export const deliveryBody = z.strictObject({ type: z.string(), timestamp: z.string(), data: jsonObject });

/** The largest body that is sent, in bytes: as large as an event of the bus may be. */
export const MAX_DELIVERY_BYTES = 262_144;

/** The same for the same event and address. */
export const deliveryId = (webhook_id: string, { type, id }: Pick<DeliveredEvent, "type" | "id">): string =>
  digestOf("delivery", { webhook_id, type, id }).slice(0, 32);

/** Sent once more, and tried again for as long as a new one is. */
export const onceMore = (delivery: Delivery, now: string): Delivery => ({
  ...delivery,
  status: "waiting",
  attempts: 0,
  next_at: now,
});

/** A delivery before its first try. */
export const newDelivery = (webhook_id: string, { type, id, data }: DeliveredEvent, now: string): Delivery => ({
  delivery_id: deliveryId(webhook_id, { type, id }),
  webhook_id,
  event_type: type,
  event_id: id,
  created_at: now,
  body: JSON.stringify({ type, timestamp: now, data }),
  status: "waiting",
  attempts: 0,
  next_at: now,
  tries: [],
  version: 1,
});
