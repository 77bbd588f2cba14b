import type { Delivery } from "../../../shared/webhooks/delivery.ts";
import type { Webhook } from "../../../shared/webhooks/webhook.ts";

export const viewOfWebhook = ({ version: _version, ...shown }: Webhook) => shown;

/** Without its body: who is told of an event reads it there, and what it is about over the API. */
export const viewOfDelivery = ({ version: _version, body: _body, ...shown }: Delivery) => shown;
