import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { teamsMessage } from "../../../functions/webhooks/teams-message.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { json } from "../../../shared/plan/json.ts";
import { MOST_BYTES, teamsMessage as message } from "../../counterparts/teams.ts";
import { anyText } from "../../fixtures/any-text.ts";
import { approval } from "../../ports/records.ts";

const PAGE = "https://buddy.example.com/console/requests/ap1";
const cardOf = (changes: Partial<ApprovalRequest>, page: string | null = PAGE) => {
  const made = teamsMessage(approval({ status: "open", ...changes }), { page, called: NOBODY_NAMED });
  expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThan(MOST_BYTES);
  return message.parse(made).attachments[0].content;
};
const textIn = (changes: Partial<ApprovalRequest>): string =>
  cardOf(changes)
    .body.map(({ text }) => text)
    .join("\n");

describe("a card of Teams", () => {
  it("a card of Teams is a message as a workflow takes it, with the request and one link into the console", () => {
    const { body, actions } = cardOf({ summary: "set stage to customer", risk_level: "MEDIUM" });
    expect(body.map(({ text }) => text).join("\n")).toContain("set stage to customer");
    expect(actions.map(({ url }) => url)).toEqual([PAGE]);
  });

  it("a card of Teams has no button at all where nobody knows the console's address, and names the command", () => {
    expect(cardOf({}, null).actions).toEqual([]);
    expect(textIn({ approval_id: "ap77" })).toContain("buddy approvals ap77");
  });

  it("a card of Teams shows what an agent wrote as text: no link, no mention, no formatting, no hidden letters", () => {
    const goal = "[click](https://evil.example) <at>everyone</at> **now** `code` \u202eabc\u200b # big | cell";
    const text = textIn({ goal });
    for (const live of ["](", "<at>", "**", "https://", "\u202e", "\u200b"]) expect(text).not.toContain(live);
    expect(text).toContain("\\[click\\]\\(https\\:");
  });

  it("a card of Teams says of a request that is too long for it where that is read, and shows no part of it", () => {
    const text = textIn({ arguments: { body: "x".repeat(100_000) } });
    expect(text).toContain("too long for a message");
    expect(text).not.toContain("xxx");
  });

  it.each([
    ["of three bytes each", "\u6587"],
    ["of four", "\u{1f600}"],
    ["that would be formatting", "*"],
    ["that nobody sees", "\u200b"],
    ["of control", "\u0007"],
    ["that are quoted in JSON", '"'],
  ])("a card of Teams is no larger than Teams takes, with as many letters as are shown %s", (_what, letter) => {
    for (const letters of [1_000, 2_500, 5_000, 7_000, 7_800]) cardOf({ summary: letter.repeat(letters) });
  });

  it("a card of Teams is a message that Teams takes, whatever agents and tools write", () => {
    const written = anyText({ maxLength: 12_000 });
    fc.assert(
      fc.property(written, written, fc.jsonValue({ maxDepth: 3 }), (goal, summary, value) => {
        cardOf({ goal, summary, arguments: { value: json.parse(value) } });
      }),
      { numRuns: 60 },
    );
  });
});
