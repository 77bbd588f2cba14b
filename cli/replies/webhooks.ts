import { z } from "zod";

export const webhook = z.looseObject({
  webhook_id: z.string(),
  kind: z.string(),
  address: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()).nullable(),
  told_for: z.array(z.string()).optional(),
  slack_channel: z.string().optional(),
  status: z.string(),
  disabled_because: z.string().nullable(),
  failing_since: z.string().nullable(),
  left_alone_until: z.string().optional(),
});
export type Webhook = z.infer<typeof webhook>;

export const webhookList = z.looseObject({ webhooks: z.array(webhook) });
export const webhookReply = z.looseObject({ webhook });
export const webhookCreated = z.looseObject({ webhook, secret: z.string() });
export const webhookRemoved = z.looseObject({ removed: z.string() });

export const delivery = z.looseObject({
  delivery_id: z.string(),
  event_type: z.string(),
  event_id: z.string(),
  created_at: z.string(),
  status: z.string(),
  attempts: z.number(),
  next_at: z.string().nullable(),
  tries: z.array(z.looseObject({ status: z.number().nullable(), error: z.string().nullable() })),
});
export type Delivery = z.infer<typeof delivery>;

export const deliveryReply = z.looseObject({ delivery });
export const deliveryPage = z.looseObject({ items: z.array(delivery), next: z.string().nullable() });
