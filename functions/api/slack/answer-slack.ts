import type { Context, Hono } from "hono";
import type { WebhookSecret } from "../../../shared/webhooks/webhook.ts";
import type { Deps } from "../../deps.ts";
import { calledFrom } from "../../webhooks/slack-method.ts";
import { readBytes } from "../http/body.ts";
import { MAX_SMALL_BODY_BYTES } from "../http/limits.ts";
import { refuseWith } from "../http/send.ts";
import { type ClickDeps, decideByClick } from "./decide-by-click.ts";
import { type Click, clickIn, UNREASONED } from "./interaction.ts";
import { askReason, REASON } from "./reason-dialog.ts";
import { isFromSlack } from "./verify-request.ts";

export type SlackDeps = ClickDeps & Pick<Deps, "webhooks" | "webhookSecrets" | "notices" | "wallClock" | "log">;

export const SLACK_PATH = "/slack/interactions";

/** Slack waits three seconds in all; the message is changed within what a decision leaves of them. */
const MESSAGE_CHANGED_WITHIN_MS = 1_500;
const DIALOG_OPENED_WITHIN_MS = 1_500;

/** Clicks of members of Slack. No token comes with them: the app's signature says that they come from Slack. */
export const answerSlack = (app: Hono, deps: SlackDeps): void => {
  app.post(SLACK_PATH, async (c) => {
    const read = await readBytes(c.req.raw, MAX_SMALL_BODY_BYTES);
    if (!read.ok) return refuseWith(c, "too-large", read.refusal.detail);
    const body = Buffer.from(read.value).toString();
    const sender = await senderOf(deps, c, body);
    if (sender === undefined)
      return refuseWith(c, "unauthenticated", "this does not come from a Slack app that is registered");
    const click = clickIn(body);
    // The dialog stays open, and says it beside its field.
    if (click === UNREASONED) return c.json({ response_action: "errors", errors: { [REASON]: "Say why, in words." } });
    // Another button, such as the link into the console, decides nothing.
    if (click !== undefined && !(await isAskedWhy(deps, click, sender))) {
      await answer(deps, click, new URL(sender.url).host);
    }
    return c.body(null, 200);
  });
};

/** A rejection asks why first, where the app may open dialogs; one that could not be opened rejects without. */
const isAskedWhy = async (deps: SlackDeps, click: Click, { url, slack_bot_token }: WebhookSecret): Promise<boolean> => {
  const { decision, trigger_id, comment, approval_id } = click;
  if (decision !== "reject" || comment !== undefined) return false;
  if (slack_bot_token === undefined || trigger_id === undefined) return false;
  const request = await deps.approvals.get(approval_id);
  // Of one that was decided the message says by whom, without a dialog.
  if (request?.status !== "open") return false;
  const asked = await deps.notices.send(
    askReason({ url, slack_bot_token }, trigger_id, click),
    DIALOG_OPENED_WITHIN_MS,
  );
  if (calledFrom(asked, "views.open").ok) return true;
  deps.log.warn("Slack opened no dialog: rejected without a reason", { approval_id });
  return false;
};

/** The secrets of the registered address whose app signed the request; undefined where none did. */
const senderOf = async (deps: SlackDeps, c: Context, body: string): Promise<WebhookSecret | undefined> => {
  const timestamp = c.req.header("x-slack-request-timestamp") ?? "";
  const signature = c.req.header("x-slack-signature") ?? "";
  const now = deps.wallClock.now();
  for (const { kind, status, webhook_id } of await deps.webhooks.all()) {
    if (kind !== "slack" || status !== "active") continue;
    const secret = await deps.webhookSecrets.get(webhook_id);
    if (secret?.slack_signing_secret == null) continue;
    const signed = { timestamp, signature, body };
    if (isFromSlack(secret.slack_signing_secret, signed, now)) return secret;
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
