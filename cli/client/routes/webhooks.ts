import type { JsonObject } from "../../../shared/plan/json.ts";
import { hint } from "../../hints.ts";
import {
  deliveryPage,
  deliveryReply,
  webhookCreated,
  webhookList,
  webhookRemoved,
  webhookReply,
} from "../../replies/webhooks.ts";
import { ask, type HttpOptions } from "../http.ts";
import { at, keeps, maybe, post } from "./asking.ts";

/** Addresses that are told of events, and what came of that. */
export const webhooksOver = (http: HttpOptions) => ({
  webhooks: () => ask(http, webhookList, "/webhooks"),
  addWebhook: (body: JsonObject) =>
    ask(http, webhookCreated, "/webhooks", {
      ...post("contracts:write", body),
      ...maybe("it may be registered, under a secret that nobody has", hint.webhooks()),
    }),
  removeWebhook: (id: string) =>
    ask(http, webhookRemoved, `/webhooks/${at(id)}`, {
      method: "DELETE",
      scope: "contracts:write",
      ...maybe("it may have been removed", hint.webhooks()),
    }),
  rotateWebhook: (id: string) =>
    ask(http, webhookCreated, `/webhooks/${at(id)}/rotate`, {
      ...keeps,
      ...maybe("it may have a new secret, which nobody has: ask again", hint.webhooks()),
    }),
  enableWebhook: (id: string) => ask(http, webhookReply, `/webhooks/${at(id)}/enable`, keeps),
  testWebhook: (id: string) =>
    ask(http, deliveryReply, `/webhooks/${at(id)}/test`, {
      ...keeps,
      ...maybe("it may be sent", hint.deliveries(id)),
    }),
  deliveries: (id: string, limit: number, next?: string) =>
    ask(http, deliveryPage, `/webhooks/${at(id)}/deliveries`, { query: { limit, next } }),
  resend: (id: string, delivery_id: string) =>
    ask(http, deliveryReply, `/webhooks/${at(id)}/deliveries/${at(delivery_id)}/resend`, {
      ...keeps,
      ...maybe("it may be sent once more", hint.deliveries(id)),
    }),
});
