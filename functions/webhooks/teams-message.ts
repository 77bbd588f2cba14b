import type { ApprovalRequest } from "../../shared/execution/approval.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { askedText } from "./asked-text.ts";

/** A message of Teams holds 28 KB: what is longer is read in the console. */
const LETTERS = 8_000;

/** Backslashes before all that Teams would take for formatting or a link. */
const asText = (text: string): string => printable(text).replaceAll(/[\\`*_{}[\]()#+\-.!<>|~:@]/gu, "\\$&");

const block = (text: string, more: JsonObject = {}): JsonObject => ({
  type: "TextBlock",
  text: asText(text),
  wrap: true,
  ...more,
});

/** An Adaptive Card for the address of a workflow: the request and a link. Nothing is decided in Teams. */
export const teamsMessage = (request: ApprovalRequest, page: string | null): JsonObject => {
  const { title, effect, literal, words } = askedText(request);
  const parts = [effect, literal, ...(words === "" ? [] : [words])];
  const isWhole = parts.join("").length <= LETTERS;
  return card(
    [
      block(title, { weight: "Bolder" }),
      ...(isWhole ? parts.map((part) => block(part)) : [block("It is too long for a message.")]),
      block(`On a command line: buddy approvals ${request.approval_id}`),
    ],
    page === null ? [] : [{ type: "Action.OpenUrl", title: "Open in the console", url: page }],
  );
};

export const teamsText = (text: string): JsonObject => card([block(text)], []);

const card = (body: JsonObject[], actions: JsonObject[]): JsonObject => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body,
        actions,
      },
    },
  ],
});
