import { z } from "zod";
import type { JsonObject } from "../../shared/plan/json.ts";
import { parseWellFormed } from "../../shared/plan/parse-well-formed.ts";
import type { Notice, NoticeAnswer } from "../../shared/ports/webhooks.ts";

/** Slack's methods stand beside the host that its messages are sent to: hooks.slack.com, slack.com/api. */
export const methodUrl = (address: string, method: string): string => {
  const { origin } = new URL(address);
  return `${origin.replace("://hooks.", "://")}/api/${method}`;
};

/** An app with its bot, as an address of Slack has it. */
export type SlackApp = { readonly url: string; readonly slack_bot_token: string };

/** These take a form: Slack reads no JSON in what only looks something up. */
const FORMS: readonly string[] = ["conversations.history"];

export const methodNotice = ({ url, slack_bot_token }: SlackApp, method: string, given: JsonObject): Notice => {
  const isForm = FORMS.includes(method);
  const type = isForm ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8";
  const texts = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    // A method of Slack that refuses answers 200 as well.
    reads: true,
    url: methodUrl(url, method),
    headers: { "content-type": type, authorization: `Bearer ${slack_bot_token}` },
    body: isForm ? new URLSearchParams(texts).toString() : JSON.stringify(given),
  };
};

const methodAnswer = z.looseObject({ ok: z.boolean(), error: z.string().max(200).optional() });
type MethodAnswer = z.infer<typeof methodAnswer>;

export type Called =
  | { readonly ok: true; readonly value: MethodAnswer }
  /** `error`: Slack's own word for it; null where Slack itself said nothing. */
  | { readonly ok: false; readonly error: string | null; readonly answer: NoticeAnswer };

const REMEDIES: Readonly<Record<string, string>> = {
  not_in_channel: "invite the app to the channel",
  channel_not_found: "is slack_channel the id of a channel that the app is in?",
  is_archived: "the channel is archived: register the address with another",
  missing_scope: "give the app the scope chat:write, and install it again",
  invalid_auth: "register the address anew, with the token that the app has now",
  token_revoked: "register the address anew, with the token that the app has now",
  account_inactive: "the app was removed from Slack: install it again",
};

/** The meaning of an answer to a method: it took, Slack refused it, or nobody knows. */
export const calledFrom = (answer: NoticeAnswer, method: string): Called => {
  if (answer.kind === "failed" || answer.status < 200 || answer.status > 299) return { ok: false, error: null, answer };
  const read = methodAnswer.safeParse(parsedJson(answer.text));
  if (!read.success) {
    return { ok: false, error: null, answer: { kind: "failed", error: `Slack's answer to ${method} cannot be read` } };
  }
  if (read.data.ok) return { ok: true, value: read.data };
  const { error = "without a reason" } = read.data;
  const remedy = Object.hasOwn(REMEDIES, error) ? `: ${REMEDIES[error]}` : "";
  return { ok: false, error, answer: { kind: "failed", error: `Slack refused ${method}, ${error}${remedy}` } };
};

/** Undefined where a text is no JSON; half a character in it is read as the sign for one. */
export const parsedJson = (text: string | null | undefined): unknown => {
  try {
    return parseWellFormed(text ?? "");
  } catch {
    return undefined;
  }
};
