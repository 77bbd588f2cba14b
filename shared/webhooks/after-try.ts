import { digestOf } from "../plan/digest.ts";
import { instantAfter } from "../plan/instant.ts";
import { wasSetBack } from "../plan/set-back.ts";
import { type Delivery, type DeliveryTry, MOST_TRIES_KEPT } from "./delivery.ts";
import type { Webhook } from "./webhook.ts";

/** Seconds before the second try, the third and so on, as the Standard Webhooks specification advises: 23.6 hours in all. */
const PAUSES = [5, 300, 1_800, 7_200, 18_000, 28_800, 28_800] as const;

/** Of a pause, longer or shorter by up to a tenth: addresses that failed together are not all asked together again. */
const JITTER = 0.1;

/** However long an address asks to be left alone. */
const LONGEST_PUSH_BACK_SECONDS = 3_600;

export const LONGEST_PAUSE_SECONDS = Math.max(...PAUSES) * (1 + JITTER);

/** An address to which nothing was delivered for so long is disabled. */
export const DISABLED_AFTER_HOURS = 23;

/** The outcome of a try. `again_in_seconds`: the address asked to be left alone for so long. */
export type Tried = DeliveryTry & { readonly again_in_seconds?: number };

/** The address is gone for good, and said so. */
const GONE = 410;

export const isDelivered = ({ status }: Pick<DeliveryTry, "status">): boolean =>
  status !== null && status >= 200 && status < 300;

/** Between -1 and 1, the same for the same try: nothing else knows chance. */
const spread = ({ delivery_id, attempts }: Delivery): number => {
  const digest = digestOf("delivery-jitter", { delivery_id, attempts });
  return (Number.parseInt(digest.slice(0, 8), 16) / 0xff_ff_ff_ff) * 2 - 1;
};

const pauseAfter = (delivery: Delivery, asked: number): number | undefined => {
  const pause = PAUSES[delivery.attempts - 1];
  if (pause === undefined) return undefined;
  return Math.max(pause * (1 + JITTER * spread(delivery)), Math.min(asked, LONGEST_PUSH_BACK_SECONDS));
};

/** A delivery after a try whose number is `attempts`: done, to be tried again, or given up after a day. */
export const afterTry = (delivery: Delivery, { again_in_seconds = 0, ...tried }: Tried): Delivery => {
  const tries = [...delivery.tries, tried].slice(-MOST_TRIES_KEPT);
  if (isDelivered(tried)) return { ...delivery, tries, status: "delivered", next_at: null };
  const pause = tried.status === GONE ? undefined : pauseAfter(delivery, again_in_seconds);
  if (pause === undefined) return { ...delivery, tries, status: "failed", next_at: null };
  const next_at = new Date(Date.parse(tried.at) + tried.duration_ms + pause * 1_000).toISOString();
  return { ...delivery, tries, next_at };
};

/** The latest moment that surely was before its next try was put off until `next_at`; that itself where it never was. */
export const putOffAfter = ({ attempts, tries, created_at }: Delivery, next_at: string): string => {
  const last = tries.at(-1)?.at ?? created_at;
  const pause = attempts === 0 ? 0 : Math.max((PAUSES[attempts - 1] ?? 0) * (1 + JITTER), LONGEST_PUSH_BACK_SECONDS);
  const earliest = instantAfter(Date.parse(next_at), -pause * 1_000);
  return earliest > last ? earliest : last;
};

/** Whether its time has come, or is one of a clock that was set back since: then that is not waited for. */
export const isDueAt = (
  now: Date,
  { next_at, put_off_after }: { readonly next_at: string; readonly put_off_after: string },
): boolean => Date.parse(next_at) <= now.getTime() || wasSetBack(now.toISOString(), put_off_after);

/** A failing address is asked no more often; but once more soon after its first failure, as a delivery is tried again. */
const ASKED_AGAIN_SECONDS = 60;

export const isLeftAlone = (webhook: Webhook, now: Date): boolean => {
  const { left_alone_until } = withoutPauseAhead(webhook, now.toISOString());
  return left_alone_until !== undefined && Date.parse(left_alone_until) > now.getTime();
};

/** The earliest moment at which a delivery is sent: when it is due, or later where its address is left alone until then. */
export const sentNotBefore = ({ next_at }: Pick<Delivery, "next_at">, address: Webhook, now: Date): string | null => {
  const { left_alone_until: until = "" } = address;
  return next_at !== null && isLeftAlone(address, now) && until > next_at ? until : next_at;
};

/** The address without a pause that it was given by a clock which was set back since: no pause is as long. */
const withoutPauseAhead = (webhook: Webhook, now: string): Webhook => {
  const { left_alone_until: until, failing_since, ...rest } = webhook;
  if (until === undefined) return webhook;
  const given = [instantAfter(Date.parse(until), -LONGEST_PUSH_BACK_SECONDS * 1_000), failing_since ?? ""];
  return given.some((moment) => wasSetBack(now, moment)) ? { ...rest, failing_since } : webhook;
};

/** The address before a try: while it fails, only who has this on record asks it, and nobody else beside or soon after. */
export const webhookBeforeTry = (webhook: Webhook, now: Date): Webhook =>
  webhook.failing_since === null ? webhook : { ...webhook, left_alone_until: later(now, ASKED_AGAIN_SECONDS) };

const later = (at: Date, seconds: number): string => new Date(at.getTime() + seconds * 1_000).toISOString();

const leftAloneUntil = ({ failing_since }: Webhook, { at, duration_ms, again_in_seconds = 0 }: Tried): string => {
  const answered = new Date(Date.parse(at) + duration_ms);
  const asked = later(answered, Math.min(again_in_seconds, LONGEST_PUSH_BACK_SECONDS));
  const again = failing_since === null ? later(answered, PAUSES[0]) : later(new Date(at), ASKED_AGAIN_SECONDS);
  return asked > again ? asked : again;
};

/**
 * The address after that try; the same object where nothing of it changes. `found`: as the try had it. Another that was
 * under way beside it may have failed since, and what that asked for is kept to.
 */
export const webhookAfterTry = (webhook: Webhook, tried: Tried, found: Webhook = webhook): Webhook => {
  const { at, status, error } = tried;
  if (webhook.status === "disabled") return webhook;
  const { left_alone_until: _ahead, ...rest } = webhook;
  const { left_alone_until = "" } = withoutPauseAhead(webhook, at);
  const isAsFound = webhook.left_alone_until === found.left_alone_until;
  if (isDelivered({ status })) {
    const isKept = webhook.left_alone_until === undefined || !isAsFound;
    if (webhook.failing_since === null && isKept) return webhook;
    return { ...(isAsFound ? rest : webhook), failing_since: null };
  }
  const since = webhook.failing_since ?? at;
  const failing_since = wasSetBack(at, since) ? at : since;
  const said = status === null ? (error ?? "no answer") : `HTTP ${status}`;
  const disabled = (disabled_because: string): Webhook => ({
    ...rest,
    failing_since,
    status: "disabled",
    disabled_because,
    disabled_at: at,
  });
  if (status === GONE) return disabled("it answered 410: it is gone");
  const hours = (Date.parse(at) - Date.parse(failing_since)) / 3_600_000;
  if (hours >= DISABLED_AFTER_HOURS) return disabled(`nothing was delivered since ${failing_since}; the last: ${said}`);
  const until = leftAloneUntil(webhook, tried);
  if (failing_since === webhook.failing_since && until <= left_alone_until) return webhook;
  return { ...webhook, failing_since, left_alone_until: until > left_alone_until ? until : left_alone_until };
};
