import type { Delivery } from "../webhooks/delivery.ts";
import type { Webhook, WebhookSecret } from "../webhooks/webhook.ts";
import type { Moved } from "./contention.ts";
import type { Page } from "./executions.ts";

/** The registered addresses: a few. */
export interface Webhooks {
  all(): Promise<Webhook[]>;
  get(webhook_id: string): Promise<Webhook | undefined>;
  /** Keeps a new one; one of that id stays as it is. */
  add(webhook: Webhook): Promise<void>;
  /** Replaces it if it still has `webhook.version`. @returns the stored one (version + 1) */
  update(webhook: Webhook): Promise<Webhook | Moved>;
  remove(webhook_id: string): Promise<void>;
}

export type WaitingDelivery = {
  readonly delivery_id: string;
  readonly next_at: string;
  readonly put_off_after: string;
};

export interface Deliveries {
  /** Opens a delivery if there is none of that id. @returns the stored one, whichever it is */
  open(delivery: Delivery): Promise<Delivery>;
  get(webhook_id: string, delivery_id: string): Promise<Delivery | undefined>;
  /** Replaces it if it still has `delivery.version`. @returns the stored one (version + 1) */
  update(delivery: Delivery): Promise<Delivery | Moved>;
  /**
   * Deliveries of an address that wait, as the index has them, the one that is tried first at the beginning: id, time, and
   * after when it was put off until then. May lag behind, so read each.
   */
  waiting(webhook_id: string, limit: number): Promise<WaitingDelivery[]>;
  /** Of one address, newest first. */
  list(webhook_id: string, options: { limit: number; next: string | null }): Promise<Page<Delivery>>;
  /** Forgets the oldest that wait for nothing and were made before: so many at most. @returns how many */
  forget(webhook_id: string, before: string, limit: number): Promise<number>;
}

/** Secrets of addresses, where secrets are kept. */
export interface WebhookSecrets {
  get(webhook_id: string): Promise<WebhookSecret | undefined>;
  put(webhook_id: string, secret: WebhookSecret): Promise<void>;
  /** Replaces what was read if that still stands, by its drawn `signing`; one that was removed meanwhile stays so. */
  replace(webhook_id: string, secret: WebhookSecret, read: WebhookSecret): Promise<"replaced" | Moved>;
  remove(webhook_id: string): Promise<void>;
}

/**
 * A request to an address that only its status is of interest of, unless it `reads` what is answered. A redirect is an
 * answer, never followed.
 */
export type Notice = {
  readonly reads?: true;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

export type NoticeAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly again_in_seconds?: number; readonly text?: string }
  | { readonly kind: "failed"; readonly error: string };

/** Sends notices, by the guarded way out. Never throws for what the network does. */
export interface Notices {
  send(notice: Notice, timeout_ms: number): Promise<NoticeAnswer>;
}

/** Told that something waits for an address: sends it soon. */
export interface Courier {
  waits(webhook_id: string): void;
}
