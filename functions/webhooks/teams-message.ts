import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { Called } from "../../shared/plan/called.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { askedText } from "./asked-text.ts";

/** A message of Teams holds 28 KB, as it is sent: letters that nobody sees are shown by several. */
const MOST_BYTES = 27_000;

/** Printable text with backslashes before all that Teams would take for formatting or a link. */
const asText = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+\-.!<>|~:@]/gu, "\\$&");

const block = (text: string, more: JsonObject = {}): JsonObject => ({
  type: "TextBlock",
  text: asText(text),
  wrap: true,
  ...more,
});

/** A block for each line that says something: Teams would make one paragraph of them. */
const blocks = (text: string): JsonObject[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => block(line));

/** A call's arguments, whose lines are of single names and brackets, as one paragraph. */
const paragraph = (text: string): JsonObject => block(text.replaceAll(/\n */gu, " "));

type TeamsLook = { readonly page: string | null; readonly called: Called; readonly fits?: boolean };

/**
 * An Adaptive Card for the address of a workflow: the request and a link. Nothing is decided in Teams. One that is longer
 * than a message may be is read in the console. `page`: where that shows it; null where it is not known. `fits`: false
 * where the workflow refused the whole one.
 */
export const teamsMessage = (request: ApprovalRequest, { page, called, fits = true }: TeamsLook): JsonObject => {
  const { title, effect, literal, words } = askedText(request, called);
  const actions = page === null ? [] : [{ type: "Action.OpenUrl", title: "Open in the console", url: page }];
  const around = (said: readonly JsonObject[]): JsonObject =>
    card(
      [
        block(title, { weight: "Bolder" }),
        ...said,
        block(`On a command line: buddy approvals ${printable(request.approval_id)}`),
      ],
      actions,
    );
  const short = around([block("It is too long for a message.")]);
  if (!fits) return short;
  const whole = around([...blocks(effect), paragraph(literal), ...blocks(words)]);
  return Buffer.byteLength(JSON.stringify(whole)) <= MOST_BYTES ? whole : short;
};

export const teamsText = (text: string): JsonObject => card([block(printable(text))], []);

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
