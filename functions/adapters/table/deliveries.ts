import { instantAfter } from "../../../shared/plan/instant.ts";
import type { Deliveries } from "../../../shared/ports/webhooks.ts";
import { LONGEST_PAUSE_SECONDS, putOffAfter } from "../../../shared/webhooks/after-try.ts";
import { type Delivery, delivery } from "../../../shared/webhooks/delivery.ts";
import { notThere, stillVersion } from "./conditions.ts";
import type { Item } from "./item.ts";
import { deliveriesTo, deliveryKey, deliveryPointerKey, waitingDeliveries } from "./keys/of-deliveries.ts";
import { mergedPage } from "./merged.ts";
import { bodyOf, eachReadable, instant, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const toItem = (stored: Delivery): Item => ({
  ...deliveryKey(stored),
  // Only what waits stands in the index: finding it costs the same however many there were.
  ...(stored.next_at === null
    ? {}
    : {
        gsi1pk: waitingDeliveries(stored.webhook_id),
        gsi1sk: `${instant(stored.next_at)}#${stored.delivery_id}`,
        put_off_after: putOffAfter(stored, stored.next_at),
      }),
  version: stored.version,
  ...bodyOf(stored),
});

const toDelivery = (item: Item): Delivery => readBody(delivery, item);

export const deliveries = (table: Table): Deliveries => {
  const find = async (ids: { webhook_id: string; delivery_id: string }): Promise<Item | undefined> => {
    const pointer = await table.get(deliveryPointerKey(ids));
    if (pointer === undefined) return undefined;
    return table.get(deliveryKey({ ...ids, created_at: String(pointer.created_at) }));
  };
  return {
    open: async (given) => {
      const created_at = instant(given.created_at);
      const { webhook_id, delivery_id } = given;
      await table.put({ ...deliveryPointerKey(given), created_at }, notThere);
      const pointer = await table.get(deliveryPointerKey(given));
      // One that was begun and not opened is opened as it was begun.
      const opened = { ...given, created_at: String(pointer?.created_at ?? created_at) };
      if ((await table.put(toItem(opened), notThere)) === "written") return opened;
      const item = await find({ webhook_id, delivery_id });
      return item === undefined ? opened : toDelivery(item);
    },
    get: async (webhook_id, delivery_id) => {
      const item = await find({ webhook_id, delivery_id });
      return item && toDelivery(item);
    },
    update: async (changed) => {
      const next = { ...changed, version: changed.version + 1 };
      return (await table.put(toItem(next), stillVersion(changed.version))) === "written" ? next : "moved";
    },
    waiting: async (webhook_id, limit) =>
      (await table.queryIndex(waitingDeliveries(webhook_id), { limit })).map(({ gsi1sk, put_off_after }) => {
        const [next_at = "", delivery_id = ""] = String(gsi1sk).split("#");
        // Releases before did not say when it was put off.
        const longest = () => instantAfter(Date.parse(next_at), -LONGEST_PAUSE_SECONDS * 1_000);
        return { delivery_id, next_at, put_off_after: String(put_off_after ?? longest()) };
      }),
    list: async (webhook_id, { limit, next }) => {
      const source = (after: string | undefined, count: number) =>
        table.query(deliveriesTo(webhook_id), { after, limit: count, descending: true });
      const page = await mergedPage([source], { sortKey: "sk", descending: true, limit, next });
      return { items: eachReadable(page.items, toDelivery).items, next: page.next };
    },
    forget: async (webhook_id, before, limit) => {
      const oldest = await table.query(deliveriesTo(webhook_id), { limit });
      const over = eachReadable(oldest, toDelivery).items.filter(
        ({ created_at, next_at }) => next_at === null && created_at < before,
      );
      for (const each of over) {
        // The pointer last: one that was forgotten half is found and forgotten again.
        await table.delete(deliveryKey(each), stillVersion(each.version));
        await table.delete(deliveryPointerKey(each));
      }
      return over.length;
    },
  };
};
