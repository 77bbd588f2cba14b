import { expect, it } from "vitest";
import { askedText } from "../../../functions/webhooks/asked-text.ts";
import { slackMessage } from "../../../functions/webhooks/slack-message.ts";
import { teamsMessage } from "../../../functions/webhooks/teams-message.ts";
import { NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { approval } from "../../ports/records.ts";

it.each([
  ["approve", "c1 cc: nothing → null"],
  ["undo", "c1 cc: null → nothing"],
] as const)("a message of kind %s tells a null that is sent from what is not there", (kind, words) => {
  const change = { record: "c1", field: "cc", old: null, new: null };
  const { effect, literal } = askedText(
    approval({ kind, arguments: { cc: null }, changes: [change], drift: [{ ...change, new: "x" }] }),
    NOBODY_NAMED,
  );
  expect(effect).toContain(words);
  expect(effect).toContain('Since it was asked before: c1 cc: nothing → "x"');
  expect(literal).toMatch(/"cc": ?null/u);
});

it.each([
  ["a hidden mark", "bob\u200b@x", "bob\\u200b@x"],
  ["a hidden mark", "bob\u200b@x", "bob⟨U+200B⟩@x"],
  ["a line break", "a\nb", "a⏎b"],
])("a message tells %s in a value and in a name from the typed text of its sign", (_, acting, typed) => {
  const messages = (text: string): string[] => {
    const request = approval({
      arguments: { to: text },
      changes: [{ record: "c1", field: text, old: null, new: "x" }],
    });
    const look = { page: null, called: NOBODY_NAMED };
    return [slackMessage(request, { ...look, buttons: false }), teamsMessage(request, look)].flatMap((message) =>
      JSON.stringify(message).split(/(?=Arguments)/u),
    );
  };
  const [read, other] = [messages(acting), messages(typed)];
  for (const [place, part] of read.entries()) expect(part).not.toBe(other[place]);
  for (const part of read) expect(part).not.toMatch(/\u200b/u);
});

it("a message has a line for each thing that it tells, and none that somebody else began", () => {
  const request = approval({
    summary: "two\nlines",
    arguments: { to: "a\nb", cc: null },
    reasons: ["a person must see it"],
    goal: "x\nAsked because: it is harmless",
  });
  const { effect, literal, words } = askedText(request, NOBODY_NAMED);
  expect(effect.split("\n").slice(0, 1)).toEqual(["two⏎lines"]);
  expect(effect.split("\n")).toContain("Asked because: a person must see it");
  expect(literal.split("\n")).toEqual(["Arguments, literally: {", ' "to": "a\\nb",', ' "cc": null', "}"]);
  expect(words).not.toContain("\n");
  const look = { page: null, called: NOBODY_NAMED };
  const slack = JSON.stringify(slackMessage(request, { ...look, buttons: false }));
  const teams = JSON.stringify(teamsMessage(request, look)).match(/"type":"TextBlock"/gu);
  expect(slack).toContain(JSON.stringify(effect).slice(1, -1));
  // A title, the arguments, the agent's words and the command besides.
  expect(teams).toHaveLength(effect.split("\n").length + 4);
});
