import { z } from "zod";
import { askedName } from "../../../shared/execution/approval/away.ts";
import { delivery } from "../../../shared/webhooks/delivery.ts";
import { eventType, webhook, webhookKind } from "../../../shared/webhooks/webhook.ts";
import { pageOf } from "./common.ts";

const url = z
  .string()
  .max(2_048)
  .refine((text) => URL.canParse(text), "must be a whole address, such as https://desk.example.com/buddy");

export const webhookBody = z.strictObject({
  url,
  kind: webhookKind.default("webhook"),
  description: z.string().trim().min(1).max(200).nullable().default(null),
  /** Without: all events; for people, requests and reminders. */
  event_types: z.array(eventType).min(1).max(eventType.options.length).nullable().default(null),
  /** Names of who reads it, as tools' lists have them: it is not told of requests that are put to others. */
  told_for: z.array(askedName).min(1).max(20).nullable().default(null),
  /** Of `slack`: what the app signs its requests with; without, its messages have no buttons. */
  slack_signing_secret: z.string().min(16).max(200).nullable().default(null),
  /** Of `slack`: the token of the app's bot, by which a rejection asks why; without, it is made with no other words. */
  slack_bot_token: z
    .string()
    .regex(/^[\x21-\x7e]{16,300}$/u, "must be a token such as xoxb-...")
    .nullable()
    .default(null),
  /** Of `slack`: the id of the channel in which the app's bot writes, so that a message follows its request. */
  slack_channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{2,20}$/u, "must be the id of a channel, such as C012AB3CD")
    .nullable()
    .default(null),
});
export type WebhookBody = z.output<typeof webhookBody>;

export const webhookView = webhook.omit({ version: true });
export const webhookList = z.strictObject({ webhooks: z.array(webhookView) });
export type WebhookList = z.infer<typeof webhookList>;
export const webhookReply = z.strictObject({ webhook: webhookView });
/** The secret is shown in this answer, and never again. */
export const webhookCreated = z.strictObject({ webhook: webhookView, secret: z.string() });
export const webhookRotated = webhookCreated.extend({ previous_until: z.string() });
export const webhookRemoved = z.strictObject({ removed: z.string() });

export const deliveryView = delivery.omit({ version: true, body: true });
export const deliveryReply = z.strictObject({ delivery: deliveryView });
export type DeliveryReply = z.infer<typeof deliveryReply>;
export const deliveryPage = pageOf(deliveryView);
export type DeliveryPage = z.infer<typeof deliveryPage>;
