import { z } from "zod";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Notice } from "../../shared/ports/webhooks.ts";
import { type Delivery, deliveryBody } from "../../shared/webhooks/delivery.ts";
import { signatureHeaders } from "../../shared/webhooks/signature.ts";
import { TEST_EVENT, type Webhook, type WebhookSecret } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";
import { slackMessage } from "./slack-message.ts";
import { teamsMessage, teamsText } from "./teams-message.ts";

export type WriteDeps = Pick<Deps, "approvals" | "consoleUrl" | "wallClock">;

export type Telling = {
  readonly address: Webhook;
  readonly secret: WebhookSecret;
  readonly delivery: Delivery;
};

/** The request that tells an address of an event; undefined where there is nothing left to tell. */
export const noticeFor = async (
  deps: WriteDeps,
  { address, secret, delivery }: Telling,
): Promise<Notice | undefined> => {
  const json = { "content-type": "application/json" };
  const { delivery_id, body } = delivery;
  if (address.kind === "webhook") {
    const signature = signatureHeaders(secret, { id: delivery_id, body }, deps.wallClock.now());
    return { url: secret.url, headers: { ...json, ...signature }, body };
  }
  const message = await messageFor(deps, address.kind, secret, body);
  return message && { url: secret.url, headers: json, body: JSON.stringify(message) };
};

const aboutRequest = z.looseObject({ approval_id: z.string() });
const REACHED = "Buddy can write here: requests that wait for people are shown to you.";

/** A request as it stands now; one that was decided meanwhile needs no message any more. */
const messageFor = async (
  { approvals, consoleUrl }: WriteDeps,
  kind: "slack" | "teams",
  { slack_signing_secret }: WebhookSecret,
  body: string,
): Promise<JsonObject | undefined> => {
  const { type, data } = deliveryBody.parse(JSON.parse(body));
  if (type === TEST_EVENT) return kind === "slack" ? { text: REACHED } : teamsText(REACHED);
  const { approval_id } = aboutRequest.parse(data);
  const request = await approvals.get(approval_id);
  if (request?.status !== "open") return undefined;
  const console_url = consoleUrl();
  const page = console_url === null ? null : `${console_url}/requests/${encodeURIComponent(approval_id)}`;
  return kind === "slack"
    ? slackMessage(request, { page, buttons: slack_signing_secret !== null })
    : teamsMessage(request, page);
};
