import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../functions/adapters/files/write-atomically.ts";
import type { WebhookSecrets } from "../shared/ports/webhooks.ts";
import { webhookSecret } from "../shared/webhooks/webhook.ts";

/** A file for each address, in a folder that nobody else can enter. */
export const fileWebhookSecrets = (data_dir: string): WebhookSecrets => {
  const folder = join(data_dir, "webhooks");
  const fileOf = (webhook_id: string): string => join(folder, `${encodeURIComponent(webhook_id)}.json`);
  return {
    get: async (webhook_id) => {
      const text = await readIfThere(fileOf(webhook_id));
      return text === undefined ? undefined : webhookSecret.parse(JSON.parse(text));
    },
    put: async (webhook_id, secret) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // A folder that was there already may have been open.
      await chmod(folder, 0o700);
      await writeAtomically(fileOf(webhook_id), `${JSON.stringify(secret, null, 2)}\n`);
    },
    remove: async (webhook_id) => {
      await rm(fileOf(webhook_id), { force: true });
    },
  };
};
