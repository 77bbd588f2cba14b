import pMap from "p-map";
import { isDueAt, isLeftAlone } from "../../shared/webhooks/after-try.ts";
import type { Deps } from "../deps.ts";
import { type TryDeps, tryDelivery } from "./try-delivery.ts";

/** To one address at once: it may be slow, and holds no other. */
const AT_ONCE = 4;
/** Looked up together; then it is looked again. */
const A_BATCH = 64;

/**
 * Sends what is due to one address, until nothing is, or the time is over. One that is failing is asked once: an address
 * that is down is not asked for everything that waits for it.
 * @returns when it is worth looking again; undefined where nothing waits
 */
export const deliverTo = async (
  deps: TryDeps,
  webhook_id: string,
  isOver: () => boolean,
): Promise<Date | undefined> => {
  for (;;) {
    const now = deps.clock.now();
    const [address, waiting] = await Promise.all([
      deps.webhooks.get(webhook_id),
      deps.deliveries.waiting(webhook_id, A_BATCH),
    ]);
    if (address?.status !== "active") return undefined;
    if (isLeftAlone(address, now)) return nextLook(deps, webhook_id, now);
    const due = waiting.filter((each) => isDueAt(now, each));
    const failing = address.failing_since !== null;
    const outcomes = await pMap(
      failing ? due.slice(0, 1) : due,
      async ({ delivery_id }) => (isOver() ? undefined : tryDelivery(deps, { webhook_id, delivery_id })),
      { concurrency: AT_ONCE },
    );
    const goesWell = outcomes.includes(true) && !outcomes.includes(false);
    if (!goesWell || isOver()) return nextLook(deps, webhook_id, now);
  }
};

/** While an address is asked elsewhere, what else is due waits for the next look: a minute is often enough. */
const PROBED_AFTER_MS = 60_000;

/**
 * `looked`: when it was judged what is due. A delivery that came due since was not tried, and does not wait for a minute
 * as one that was: a timer may end a millisecond early, and the reads of this look last longer than that.
 */
const nextLook = async (
  deps: Pick<TryDeps, "deliveries" | "webhooks">,
  webhook_id: string,
  looked: Date,
): Promise<Date | undefined> => {
  const [[soonest], address] = await Promise.all([
    deps.deliveries.waiting(webhook_id, 1),
    deps.webhooks.get(webhook_id),
  ]);
  if (soonest === undefined) return undefined;
  const due = isDueAt(looked, soonest) ? looked.toISOString() : soonest.next_at;
  const until = address !== undefined && isLeftAlone(address, looked) ? address.left_alone_until : undefined;
  const at = Math.max(Date.parse(due), Date.parse(until ?? due));
  return new Date(at > looked.getTime() ? at : looked.getTime() + PROBED_AFTER_MS);
};

/** Deliveries are kept for so long after they were made. */
const KEPT_DAYS = 30;
const MOST_FORGOTTEN = 50;

/** Sends what is due to every address, each in a lane of its own, and forgets what is old. */
export const deliverDue =
  (deps: TryDeps) =>
  async (isOver: () => boolean): Promise<void> => {
    const addresses = await deps.webhooks.all();
    const lane = async (webhook_id: string): Promise<void> => {
      await deliverTo(deps, webhook_id, isOver);
      await forgetOld(deps, webhook_id);
    };
    await allInTurn(addresses.map(({ webhook_id }) => lane(webhook_id)));
  };

/** Of old deliveries to one address, so many at a time. */
export const forgetOld = async (deps: Pick<Deps, "deliveries" | "clock">, webhook_id: string): Promise<void> => {
  const before = new Date(deps.clock.now().getTime() - KEPT_DAYS * 86_400_000).toISOString();
  await deps.deliveries.forget(webhook_id, before, MOST_FORGOTTEN);
};

/** A lane that fails keeps no other from its turn. @throws AggregateError of those that failed */
const allInTurn = async (lanes: readonly Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(lanes)).flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  if (failed.length > 0) throw new AggregateError(failed, `deliveries to ${failed.length} addresses failed`);
};
