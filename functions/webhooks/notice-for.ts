import type { Notice } from "../../shared/ports/webhooks.ts";
import type { Delivery } from "../../shared/webhooks/delivery.ts";
import { signatureHeaders } from "../../shared/webhooks/signature.ts";
import type { Webhook, WebhookSecret } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";

export type WriteDeps = Pick<Deps, "policy">;

export type Telling = {
  readonly address: Webhook;
  readonly secret: WebhookSecret;
  readonly delivery: Delivery;
  readonly now: Date;
};

/** The request that tells an address of an event; undefined where there is nothing left to tell. */
export const noticeFor = async (_deps: WriteDeps, { secret, delivery, now }: Telling): Promise<Notice | undefined> => {
  const { delivery_id, body } = delivery;
  const signature = signatureHeaders(secret, { id: delivery_id, body }, now);
  return { url: secret.url, headers: { "content-type": "application/json", ...signature }, body };
};
