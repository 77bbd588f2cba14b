import type { Webhooks } from "../../../shared/ports/webhooks.ts";
import { webhook } from "../../../shared/webhooks/webhook.ts";
import { notThere, stillVersion } from "./conditions.ts";
import { WEBHOOKS, webhookKey } from "./keys/of-deliveries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

export const webhooks = (table: Table): Webhooks => ({
  // One that cannot be read keeps no other from being told.
  all: async () => eachReadable(await table.query(WEBHOOKS), (item) => readBody(webhook, item)).items,
  get: async (webhook_id) => {
    const item = await table.get(webhookKey(webhook_id));
    return item && readBody(webhook, item);
  },
  add: async (added) => {
    await table.put({ ...webhookKey(added.webhook_id), version: added.version, ...bodyOf(added) }, notThere);
  },
  update: async (changed) => {
    const next = { ...changed, version: changed.version + 1 };
    const item = { ...webhookKey(next.webhook_id), version: next.version, ...bodyOf(next) };
    return (await table.put(item, stillVersion(changed.version))) === "written" ? next : "moved";
  },
  remove: async (webhook_id) => {
    await table.delete(webhookKey(webhook_id));
  },
});
