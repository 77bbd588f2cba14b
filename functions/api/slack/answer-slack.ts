import type { Context, Hono } from "hono";
import type { Deps } from "../../deps.ts";
import { readBytes } from "../http/body.ts";
import { MAX_SMALL_BODY_BYTES } from "../http/limits.ts";
import { refuseWith } from "../http/send.ts";
import { type ClickDeps, decideByClick } from "./decide-by-click.ts";
import { type Click, clickIn } from "./interaction.ts";
import { isFromSlack } from "./verify-request.ts";

export type SlackDeps = ClickDeps & Pick<Deps, "webhooks" | "webhookSecrets" | "notices" | "log">;

export const SLACK_PATH = "/slack/interactions";

/** Slack waits three seconds in all; the message is changed within what a decision leaves of them. */
const MESSAGE_CHANGED_WITHIN_MS = 1_500;

/** Clicks of members of Slack. No token comes with them: the app's signature says that they come from Slack. */
export const answerSlack = (app: Hono, deps: SlackDeps): void => {
  app.post(SLACK_PATH, async (c) => {
    const read = await readBytes(c.req.raw, MAX_SMALL_BODY_BYTES);
    if (!read.ok) return refuseWith(c, "too-large", read.refusal.detail);
    const body = Buffer.from(read.value).toString();
    const host = await hostOfSender(deps, c, body);
    if (host === undefined)
      return refuseWith(c, "unauthenticated", "this does not come from a Slack app that is registered");
    const click = clickIn(body);
    // Another button, such as the link into the console, decides nothing.
    if (click !== undefined) await answer(deps, click, host);
    return c.body(null, 200);
  });
};

/** The host of the registered address whose app signed the request; undefined where none did. */
const hostOfSender = async (deps: SlackDeps, c: Context, body: string): Promise<string | undefined> => {
  const timestamp = c.req.header("x-slack-request-timestamp") ?? "";
  const signature = c.req.header("x-slack-signature") ?? "";
  const now = deps.clock.now();
  for (const { kind, status, webhook_id } of await deps.webhooks.all()) {
    if (kind !== "slack" || status !== "active") continue;
    const secret = await deps.webhookSecrets.get(webhook_id);
    if (secret?.slack_signing_secret == null) continue;
    const signed = { timestamp, signature, body };
    if (isFromSlack(secret.slack_signing_secret, signed, now)) return new URL(secret.url).host;
  }
  return undefined;
};

const answer = async (deps: SlackDeps, click: Click, host: string): Promise<void> => {
  const said = await decideByClick(deps, click);
  const url = click.response_url;
  if (URL.parse(url)?.host !== host) {
    deps.log.error("a click has its answer sent elsewhere than its app is", { approval_id: click.approval_id });
    return;
  }
  const headers = { "content-type": "application/json" };
  const sent = await deps.notices.send({ url, headers, body: JSON.stringify(said) }, MESSAGE_CHANGED_WITHIN_MS);
  // The decision stands; the message still shows its buttons, and another click says who decided.
  if (sent.kind === "failed") deps.log.warn("a message of Slack was not changed", { approval_id: click.approval_id });
};
