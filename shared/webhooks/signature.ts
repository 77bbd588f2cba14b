import { createHmac } from "node:crypto";
import type { WebhookSecret } from "./webhook.ts";

const PREFIX = "whsec_";

/** A secret as receivers' libraries take it, of 32 random bytes. */
export const signingSecretOf = (bytes: Uint8Array): string => PREFIX + Buffer.from(bytes).toString("base64");

const signed = (secret: string, text: string): string => {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
};

type Replaced = Pick<WebhookSecret, "previous" | "earlier">;

/** Secrets that were replaced, and sign as well until their time is over; the newest first. */
export const stillHolding = ({ previous, earlier = [] }: Replaced, now: string) =>
  (previous === null ? earlier : [previous, ...earlier]).filter(({ until }) => until > now);

/**
 * The headers by which a receiver recognises and believes a request, by the Standard Webhooks specification: a text is
 * signed of its id, the time it is sent (seconds since 1970) and its body. Under each secret that holds, while one replaces another.
 */
export const signatureHeaders = (
  { signing, ...replaced }: Replaced & Pick<WebhookSecret, "signing">,
  { id, body }: { readonly id: string; readonly body: string },
  now: Date,
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const text = `${id}.${timestamp}.${body}`;
  const all = [signing, ...stillHolding(replaced, now.toISOString()).map((each) => each.signing)];
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": all.map((secret) => signed(secret, text)).join(" "),
  };
};
