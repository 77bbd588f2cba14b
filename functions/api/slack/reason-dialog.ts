import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Notice } from "../../../shared/ports/webhooks.ts";
import { methodNotice } from "../../webhooks/slack-method.ts";

/** The name of the dialog, of its field and of the field's place. */
export const REASON = "buddy_reason";
/** The letters that a field of Slack holds. */
export const MAX_REASON = 3_000;

const plain = (text: string): JsonObject => ({ type: "plain_text", text });

type About = { readonly approval_id: string; readonly digest: string; readonly response_url: string };

/** Asks who rejects for the reason, in a dialog that knows what it is about. */
export const askReason = (
  app: { readonly url: string; readonly slack_bot_token: string },
  trigger_id: string,
  { approval_id, digest, response_url }: About,
): Notice =>
  methodNotice(app, "views.open", {
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
  });
