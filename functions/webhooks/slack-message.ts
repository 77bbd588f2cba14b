import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { Called } from "../../shared/plan/called.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import { closedInWords } from "../../shared/shown/closed.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { type AskedText, askedText } from "./asked-text.ts";

/** Slack's limits: letters in one text, blocks in one message, letters in the value of a button. */
const LETTERS = 3_000;
/** Fewer than the 50 that a message may have: a longer one is read in the console. */
const BLOCKS = 40;

const plain = (text: string): JsonObject => ({ type: "plain_text", text, emoji: false });

/** Sections of printable text, plain: Slack follows no link in it, mentions nobody and formats nothing. */
const sections = (text: string): JsonObject[] => {
  const pieces: string[] = [];
  let piece = "";
  // A letter outside of the first plane counts as two, and is not cut in half.
  for (const letter of text) {
    if (piece.length + letter.length > LETTERS) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, ...(piece === "" ? [] : [piece])].map((each) => ({ type: "section", text: plain(each) }));
};

/** The names of the buttons that decide. */
export const APPROVE = "buddy_approve";
export const REJECT = "buddy_reject";

/** Whether a click may decide it: what is HIGH, or no question of yes or no, is decided in the console. */
export const isDecidedByClick = ({ kind, risk_level, status }: ApprovalRequest): boolean =>
  kind === "approve" && risk_level !== "HIGH" && status === "open";

/** How many other requests about the same call it tells of as being asked: a message may say so when they are decided. */
export const openElsewhere = ({ earlier_decisions = [] }: ApprovalRequest): number =>
  earlier_decisions.filter(({ status }) => status === "open").length;

type SlackLook = {
  readonly page: string | null;
  readonly buttons: boolean;
  readonly called: Called;
  readonly fits?: boolean;
};

/**
 * A request as a message. Whole, or without buttons: nobody decides by a click what the message does not show.
 * `page`: where the console shows it; null where it is not known. `fits`: false where Slack refused the whole one.
 */
export const slackMessage = (
  request: ApprovalRequest,
  { page, buttons, called, fits = true }: SlackLook,
): JsonObject => {
  const text = askedText(request, called);
  const said = [text.title, text.effect, text.literal, text.words].flatMap(sections);
  const isWhole = fits && said.length <= BLOCKS;
  const decides = buttons && isWhole && isDecidedByClick(request);
  const shown = isWhole ? said : [...sections(text.title), ...sections("It is too long for a message.")];
  const how = decides ? [] : sections(howToDecide(request, text, page));
  const links = page === null ? [] : [button("Open in the console", "buddy_open", { url: page })];
  const { approval_id, digest } = request;
  const value = JSON.stringify({ approval_id, digest, open_elsewhere: openElsewhere(request) });
  const deciding = decides
    ? [button("Approve", APPROVE, { value, style: "primary" }), button("Reject", REJECT, { value, style: "danger" })]
    : [];
  const elements = [...deciding, ...links];
  const actions: Json[] = elements.length === 0 ? [] : [{ type: "actions", elements }];
  return { text: text.title, blocks: [...shown, ...how, ...actions] };
};

const howToDecide = ({ approval_id }: ApprovalRequest, { deadline }: AskedText, page: string | null): string =>
  page === null
    ? `${deadline} Decide it: buddy approvals ${printable(approval_id)}`
    : `It is decided in the console. ${deadline}`;

const button = (label: string, action_id: string, more: JsonObject): JsonObject => ({
  type: "button",
  text: plain(label),
  action_id,
  ...more,
});

/** The message in place of the one that asked, when nobody has to decide any more. */
export const closedMessage = (request: ApprovalRequest, called: Called): JsonObject => {
  const said = printable(closedInWords(request, called));
  return { text: said, blocks: [...sections(askedText(request, called).title), ...sections(said)] };
};

/** The same as the answer to a click: it replaces the message that was clicked. */
export const inPlace = (message: JsonObject): JsonObject => ({ replace_original: true, ...message });

/** Words for who clicked alone. */
export const ownMessage = (said: string): JsonObject => ({
  response_type: "ephemeral",
  replace_original: false,
  text: printable(said),
});
