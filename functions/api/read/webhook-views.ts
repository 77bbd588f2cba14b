import type { Delivery } from "../../../shared/webhooks/delivery.ts";
import { shownAddress, type Webhook } from "../../../shared/webhooks/webhook.ts";

/** An earlier release kept the whole path of an address that is sent events. */
export const viewOfWebhook = ({ version: _version, ...shown }: Webhook) => ({
  ...shown,
  address: shown.kind === "webhook" ? shownAddress(shown.address) : shown.address,
});

/** Without its body: who is told of an event reads it there, and what it is about over the API. */
export const viewOfDelivery = ({ version: _version, body: _body, ...shown }: Delivery) => shown;
