import type { WebhookSecrets } from "../../../shared/ports/webhooks.ts";
import type { WebhookSecret } from "../../../shared/webhooks/webhook.ts";

export const memoryWebhookSecrets = (): WebhookSecrets => {
  const kept = new Map<string, WebhookSecret>();
  return {
    get: async (webhook_id) => kept.get(webhook_id),
    put: async (webhook_id, secret) => {
      kept.set(webhook_id, secret);
    },
    replace: async (webhook_id, secret, read) => {
      if (kept.get(webhook_id)?.signing !== read.signing) return "moved";
      kept.set(webhook_id, secret);
      return "replaced";
    },
    remove: async (webhook_id) => {
      kept.delete(webhook_id);
    },
  };
};
