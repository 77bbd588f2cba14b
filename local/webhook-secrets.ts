import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { readIfThere, writeAtomically } from "../functions/adapters/files/write-atomically.ts";
import type { WebhookSecrets } from "../shared/ports/webhooks.ts";
import { type WebhookSecret, webhookSecret } from "../shared/webhooks/webhook.ts";

/** A file for each address, in a folder that nobody else can enter. */
export const fileWebhookSecrets = (data_dir: string): WebhookSecrets => {
  const folder = join(data_dir, "webhooks");
  const fileOf = (webhook_id: string): string => join(folder, `${encodeURIComponent(webhook_id)}.json`);
  const get: WebhookSecrets["get"] = async (webhook_id) => {
    const text = await readIfThere(fileOf(webhook_id));
    return text === undefined ? undefined : webhookSecret.parse(JSON.parse(text));
  };
  const write = async (webhook_id: string, secret: WebhookSecret): Promise<void> => {
    await makeFolder(folder, 0o700);
    // A folder that was there already may have been open.
    await chmod(folder, 0o700);
    await writeAtomically(fileOf(webhook_id), `${JSON.stringify(secret, null, 2)}\n`);
  };
  // One server at a time has the data folder: a file stays as it was read while nothing else here is written.
  const alone = pLimit(1);
  return {
    get,
    put: (webhook_id, secret) => alone(() => write(webhook_id, secret)),
    replace: (webhook_id, secret, read) =>
      alone(async () => {
        if ((await get(webhook_id))?.signing !== read.signing) return "moved";
        await write(webhook_id, secret);
        return "replaced";
      }),
    remove: (webhook_id) => alone(() => rm(fileOf(webhook_id), { force: true })),
  };
};
