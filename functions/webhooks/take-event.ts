import { z } from "zod";
import { shownBy } from "../../shared/execution/approval/announced-as.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { compareAndSet } from "../../shared/ports/contention.ts";
import {
  type Delivery,
  deliveryId,
  MAX_DELIVERY_BYTES,
  newDelivery,
  onceMore,
} from "../../shared/webhooks/delivery.ts";
import { addressesFor, followersOf, type Webhook } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";

type Using = Pick<Deps, "approvals" | "webhooks" | "deliveries" | "courier" | "clock" | "log">;

/** As the bus has it; `detail.id` names it. */
export type Announced = { readonly type: string; readonly detail: JsonObject };

/**
 * Puts on record, for every address that wants an event, that it is owed it: before anything is sent, so that nothing is
 * lost whatever dies then. The same event again is the same delivery. Messages that the event makes untrue are owed a
 * change, by the delivery that posted each.
 */
export const takeEvent =
  (deps: Using) =>
  async ({ type, detail: { id, ...data } }: Announced): Promise<Delivery[]> => {
    const webhooks = await deps.webhooks.all();
    const addresses = addressesFor(webhooks, { type, data });
    const now = deps.clock.now().toISOString();
    const opened: Delivery[] = [];
    for (const { webhook_id } of addresses) {
      const event = { type, id: String(id), data: { id: String(id), ...data } };
      const wanted = newDelivery(webhook_id, event, now);
      const bytes = Buffer.byteLength(wanted.body);
      if (bytes > MAX_DELIVERY_BYTES) {
        deps.log.error("an event is too large to be delivered", { type, id: event.id, webhook_id, bytes });
        continue;
      }
      opened.push(await deps.deliveries.open(wanted));
    }
    const woken = await wakeMessages(deps, followersOf(webhooks, type), data, now);
    for (const { webhook_id } of [...opened, ...woken]) deps.courier.waits(webhook_id);
    return [...opened, ...woken];
  };

const aboutRequest = z.looseObject({ approval_id: z.string() });

const TURNS = 20;

/** Every delivery that showed the request to somebody is tried again: its message becomes what it would be now. */
const wakeMessages = async (
  deps: Using,
  followers: readonly Webhook[],
  data: JsonObject,
  now: string,
): Promise<Delivery[]> => {
  const about = aboutRequest.safeParse(data);
  const request = followers.length > 0 && about.success ? await deps.approvals.get(about.data.approval_id) : undefined;
  if (request === undefined) return [];
  const woken: Delivery[] = [];
  for (const { webhook_id } of followers) {
    for (const event of shownBy(request)) {
      const delivery_id = deliveryId(webhook_id, event);
      const turn = () => wake(deps, webhook_id, delivery_id, now);
      const found = await compareAndSet(`delivery ${delivery_id}`, TURNS, turn);
      if (found !== undefined) woken.push(found);
    }
  }
  return woken;
};

/**
 * One that is being tried keeps its time, so that nobody tries it beside; being written anew it has no outcome by that
 * try, and is tried once more.
 */
const wake = async ({ deliveries }: Using, webhook_id: string, delivery_id: string, now: string) => {
  const found = await deliveries.get(webhook_id, delivery_id);
  if (found === undefined) return undefined;
  if (found.status === "waiting") return deliveries.update(found);
  return found.posted === undefined ? undefined : deliveries.update(onceMore(found, now));
};
