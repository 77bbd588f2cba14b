import { accept, refuse } from "../../../shared/plan/result.ts";
import { sentNotBefore } from "../../../shared/webhooks/after-try.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { notFoundNear } from "../http/near-name.ts";
import { byId } from "../http/paths.ts";
import { deliveryPage, pageQuery, webhookList } from "../schemas.ts";
import { read } from "./reading.ts";
import { viewOfDelivery, viewOfWebhook } from "./webhook-views.ts";

/** Which addresses are told of what happens, and what came of that. */
export const webhookReads = (deps: Deps): Endpoint[] => [
  endpoint(
    { ...read, path: "/webhooks", summary: "List the addresses that are told of events", reply: webhookList },
    async () => accept({ body: { webhooks: (await deps.webhooks.all()).map(viewOfWebhook) } }),
  ),
  endpoint(
    {
      ...read,
      path: "/webhooks/{id}/deliveries",
      summary: "List what was sent to an address, or waits to be, newest first",
      description:
        "With the last tries of each, and in `next_at` the earliest moment of the next. Deliveries are kept for 30 days.",
      params: byId,
      query: pageQuery,
      reply: deliveryPage,
    },
    async ({ params: { id }, query: { limit, next = null } }) => {
      const address = await deps.webhooks.get(id);
      if (address === undefined) {
        const ids = async () => (await deps.webhooks.all()).map(({ webhook_id }) => webhook_id);
        return refuse(await notFoundNear("webhook", id, ids));
      }
      const page = await deps.deliveries.list(id, { limit, next });
      const now = deps.clock.now();
      const items = page.items.map((each) => ({
        ...viewOfDelivery(each),
        next_at: sentNotBefore(each, address, now),
      }));
      return accept({ body: { items, next: page.next } });
    },
  ),
];
