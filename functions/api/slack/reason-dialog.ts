import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Notice } from "../../../shared/ports/webhooks.ts";

/** The name of the dialog, of its field and of the field's place. */
export const REASON = "buddy_reason";
/** The letters that a field of Slack holds. */
export const MAX_REASON = 3_000;

const plain = (text: string): JsonObject => ({ type: "plain_text", text });

/** Slack's methods stand beside the host that its messages are sent to: hooks.slack.com, slack.com/api. */
const methodUrl = (address: string, method: string): string => {
  const { origin } = new URL(address);
  return `${origin.replace("://hooks.", "://")}/api/${method}`;
};

type About = { readonly approval_id: string; readonly digest: string; readonly response_url: string };

/** Asks who rejects for the reason, in a dialog that knows what it is about. */
export const askReason = (
  { url, slack_bot_token }: { readonly url: string; readonly slack_bot_token: string },
  trigger_id: string,
  { approval_id, digest, response_url }: About,
): Notice => ({
  // A method of Slack that refuses answers 200 as well.
  reads: true,
  url: methodUrl(url, "views.open"),
  headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${slack_bot_token}` },
  body: JSON.stringify({
    trigger_id,
    view: {
      type: "modal",
      callback_id: REASON,
      private_metadata: JSON.stringify({ approval_id, digest, response_url }),
      title: plain("Reject"),
      submit: plain("Reject"),
      close: plain("Cancel"),
      blocks: [
        {
          type: "input",
          block_id: REASON,
          label: plain("Why not?"),
          element: { type: "plain_text_input", action_id: REASON, multiline: true, max_length: MAX_REASON },
        },
      ],
    },
  }),
});
