import { z } from "zod";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Notice } from "../../shared/ports/webhooks.ts";
import { type Delivery, deliveryBody } from "../../shared/webhooks/delivery.ts";
import { signatureHeaders } from "../../shared/webhooks/signature.ts";
import { TEST_EVENT, type WebhookSecret } from "../../shared/webhooks/webhook.ts";
import type { Deps } from "../deps.ts";
import { calledNow } from "../records/called-now.ts";
import { earlierNowOf } from "../records/earlier-now.ts";
import { closedMessage, slackMessage } from "./slack-message.ts";
import { teamsMessage, teamsText } from "./teams-message.ts";

const json = { "content-type": "application/json" };

/** The request that tells a system of an event, signed. */
export const signedNotice = (
  { wallClock }: Pick<Deps, "wallClock">,
  secret: WebhookSecret,
  { delivery_id, body }: Delivery,
): Notice => {
  const signature = signatureHeaders(secret, { id: delivery_id, body }, wallClock.now());
  return { url: secret.url, headers: { ...json, ...signature }, body };
};

export const messageNotice = ({ url }: Pick<WebhookSecret, "url">, shown: JsonObject): Notice => ({
  url,
  headers: json,
  body: JSON.stringify(shown),
});

/** `isOpen`: people who were not shown it have to be. */
export type Message = {
  readonly shown: JsonObject;
  /** In its place where the channel refuses it: nobody says before what it takes of the agents' words. */
  readonly short?: JsonObject;
  readonly isOpen: boolean;
};

/** A channel answers so where a message is malformed to it, or too large. */
export const REFUSED_AS_IT_IS: readonly number[] = [400, 413];

const aboutRequest = z.looseObject({ approval_id: z.string() });
const REACHED = "Buddy can write here: requests that wait for people are shown to you.";

/** The message to people about an event: the request as it stands now. Undefined where there is none of that id. */
export const messageFor = async (
  { approvals, callerNames, consoleUrl }: Pick<Deps, "approvals" | "callerNames" | "consoleUrl">,
  kind: "slack" | "teams",
  { slack_signing_secret }: WebhookSecret,
  { body }: Delivery,
): Promise<Message | undefined> => {
  const { type, data } = deliveryBody.parse(JSON.parse(body));
  if (type === TEST_EVENT) return { shown: kind === "slack" ? { text: REACHED } : teamsText(REACHED), isOpen: true };
  const { approval_id } = aboutRequest.parse(data);
  const [found, called] = await Promise.all([approvals.get(approval_id), calledNow({ callerNames })]);
  if (found === undefined) return undefined;
  const request = await earlierNowOf({ approvals }, found);
  const console_url = consoleUrl();
  const page = console_url === null ? null : `${console_url}/requests/${encodeURIComponent(approval_id)}`;
  const isOpen = request.status === "open";
  if (kind === "teams") {
    const short = teamsMessage(request, { page, called, fits: false });
    return { shown: teamsMessage(request, { page, called }), short, isOpen };
  }
  if (!isOpen) return { shown: closedMessage(request, called), isOpen };
  const buttons = slack_signing_secret !== null;
  const short = slackMessage(request, { page, buttons, called, fits: false });
  return { shown: slackMessage(request, { page, buttons, called }), short, isOpen };
};
