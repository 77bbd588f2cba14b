import { createHmac, timingSafeEqual } from "node:crypto";

/** A request that is older, or younger, is not believed: somebody may have kept it. */
const AGE_SECONDS = 300;

/** Whether an app with that signing secret sent the request: Slack's signature, version v0, over time and body. */
export const isFromSlack = (
  signing_secret: string,
  { timestamp, signature, body }: { readonly timestamp: string; readonly signature: string; readonly body: string },
  now: Date,
): boolean => {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > AGE_SECONDS) return false;
  const digest = createHmac("sha256", signing_secret).update(`v0:${timestamp}:${body}`).digest("hex");
  const [wanted, given] = [Buffer.from(`v0=${digest}`), Buffer.from(signature)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};
