import type { Context, Hono } from "hono";
import type { WebhookSecret } from "../../../shared/webhooks/webhook.ts";
import type { Deps } from "../../deps.ts";
import { calledFrom, type SlackApp } from "../../webhooks/slack-method.ts";
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
    const app = await appOf(deps, c, body);
    if (app.length === 0)
      return refuseWith(c, "unauthenticated", "this does not come from a Slack app that is registered");
    const click = clickIn(body);
    // The dialog stays open, and says it beside its field.
    if (click === UNREASONED) return c.json({ response_action: "errors", errors: { [REASON]: "Say why, in words." } });
    // Another button, such as the link into the console, decides nothing.
    if (click !== undefined && !(await isAskedWhy(deps, click, app))) await answer(deps, click, app);
    return c.body(null, 200);
  });
};

/** A rejection asks why first, where the app may open dialogs; one that could not be opened rejects without. */
const isAskedWhy = async (deps: SlackDeps, click: Click, app: readonly WebhookSecret[]): Promise<boolean> => {
  const { decision, trigger_id, comment, approval_id } = click;
  if (decision !== "reject" || comment !== undefined) return false;
  const bots = botsOf(app);
  if (bots.length === 0 || trigger_id === undefined) return false;
  const request = await deps.approvals.get(approval_id);
  // Of one that was decided the message says by whom, without a dialog.
  if (request?.status !== "open") return false;
  for (const bot of bots) {
    const asked = await deps.notices.send(askReason(bot, trigger_id, click), DIALOG_OPENED_WITHIN_MS);
    const opened = calledFrom(asked, "views.open");
    if (opened.ok) return true;
    // Slack itself says in no time that a token is good no more; where nothing says so, no time is left for another.
    if (opened.error === null) break;
  }
  deps.log.warn("Slack opened no dialog: rejected without a reason", { approval_id });
  return false;
};

/** The bots by which an app's dialogs are opened: one app may write to several channels, to some of them without a bot. */
const botsOf = (app: readonly WebhookSecret[]): SlackApp[] => {
  const byToken = new Map<string, SlackApp>();
  for (const { url, slack_bot_token } of app) {
    if (slack_bot_token !== undefined) byToken.set(slack_bot_token, { url, slack_bot_token });
  }
  return [...byToken.values()];
};

/** The secrets of the registered addresses whose app signed the request; none where no app did. */
const appOf = async (deps: SlackDeps, c: Context, body: string): Promise<WebhookSecret[]> => {
  const timestamp = c.req.header("x-slack-request-timestamp") ?? "";
  const signature = c.req.header("x-slack-signature") ?? "";
  const signed = { timestamp, signature, body };
  const now = deps.wallClock.now();
  const slack = (await deps.webhooks.all()).filter(({ kind, status }) => kind === "slack" && status === "active");
  const secrets = await Promise.all(slack.map(({ webhook_id }) => deps.webhookSecrets.get(webhook_id)));
  return secrets.flatMap((secret) =>
    secret?.slack_signing_secret != null && isFromSlack(secret.slack_signing_secret, signed, now) ? [secret] : [],
  );
};

const answer = async (deps: SlackDeps, click: Click, app: readonly WebhookSecret[]): Promise<void> => {
  const said = await decideByClick(deps, click);
  const url = click.response_url;
  if (!app.some((each) => new URL(each.url).host === URL.parse(url)?.host)) {
    deps.log.error("a click has its answer sent elsewhere than its app is", { approval_id: click.approval_id });
    return;
  }
  const headers = { "content-type": "application/json" };
  const sent = await deps.notices.send({ url, headers, body: JSON.stringify(said) }, MESSAGE_CHANGED_WITHIN_MS);
  // The decision stands; the message still shows its buttons, and another click says who decided.
  if (sent.kind === "failed") deps.log.warn("a message of Slack was not changed", { approval_id: click.approval_id });
};
