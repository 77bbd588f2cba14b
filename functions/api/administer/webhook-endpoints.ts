import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byDelivery, byId } from "../http/paths.ts";
import { viewOfDelivery, viewOfWebhook } from "../read/webhook-views.ts";
import {
  deliveryReply,
  webhookBody,
  webhookCreated,
  webhookRemoved,
  webhookReply,
  webhookRotated,
} from "../schemas.ts";
import { addWebhook, enableWebhook, removeWebhook, resend, rotateSecret, testWebhook } from "./webhooks.ts";

const keeps = { ...none, group: "administer", method: "POST", scopes: ["contracts:write"] } as const;

/** Addresses that are told of what happens: who is told, and sent anew. */
export const webhookEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...keeps,
      path: "/webhooks",
      summary: "Register an address that is told of events",
      description:
        "Its host must be one that this deployment may reach. Requests are signed by the Standard Webhooks specification; " +
        "the secret is in this answer, and shown to nobody again. Events of before are not sent.",
      body: webhookBody,
      reply: webhookCreated,
      statuses: [201],
    },
    async ({ body, caller }) => {
      const added = await addWebhook(deps)(body, caller.name);
      if (!added.ok) return added;
      const { webhook, secret } = added.value;
      return accept({ status: 201, body: { webhook: viewOfWebhook(webhook), secret } });
    },
  ),
  endpoint(
    {
      ...keeps,
      method: "DELETE",
      path: "/webhooks/{id}",
      summary: "Remove an address; what waits for it is not sent",
      params: byId,
      reply: webhookRemoved,
    },
    async ({ params, caller }) => {
      const removed = await removeWebhook(deps)(params.id, caller.name);
      return removed.ok ? accept({ body: removed.value }) : removed;
    },
  ),
  endpoint(
    {
      ...keeps,
      path: "/webhooks/{id}/rotate",
      summary: "Give an address a new secret; the one before signs as well for 24 hours",
      params: byId,
      reply: webhookRotated,
    },
    async ({ params, caller }) => {
      const rotated = await rotateSecret(deps)(params.id, caller.name);
      if (!rotated.ok) return rotated;
      return accept({ body: { ...rotated.value, webhook: viewOfWebhook(rotated.value.webhook) } });
    },
  ),
  endpoint(
    {
      ...keeps,
      path: "/webhooks/{id}/enable",
      summary: "Take up an address that was disabled; what waited is sent",
      params: byId,
      reply: webhookReply,
    },
    async ({ params, caller }) => {
      const enabled = await enableWebhook(deps)(params.id, caller.name);
      return enabled.ok ? accept({ body: { webhook: viewOfWebhook(enabled.value) } }) : enabled;
    },
  ),
  endpoint(
    {
      ...keeps,
      path: "/webhooks/{id}/test",
      summary: "Send an address an event that means nothing",
      description: "It is sent within a minute; its delivery says what came of it.",
      params: byId,
      reply: deliveryReply,
      statuses: [202],
    },
    async ({ params, caller }) => {
      const opened = await testWebhook(deps)(params.id, caller.name);
      return opened.ok ? accept({ status: 202, body: { delivery: viewOfDelivery(opened.value) } }) : opened;
    },
  ),
  endpoint(
    {
      ...keeps,
      path: "/webhooks/{id}/deliveries/{delivery_id}/resend",
      summary: "Send a delivery once more, under the same id",
      description: "It is sent within a minute, and tried again for a day as a new one is.",
      params: byDelivery,
      reply: deliveryReply,
      statuses: [202],
    },
    async ({ params }) => {
      const again = await resend(deps)(params.id, params.delivery_id);
      return again.ok ? accept({ status: 202, body: { delivery: viewOfDelivery(again.value) } }) : again;
    },
  ),
];
