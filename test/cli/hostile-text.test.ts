import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, printableJson, quoted, safeJson } from "../../shared/shown/untrusted.ts";
import { anyText } from "../fixtures/any-text.ts";
import { fakeContext } from "./fake-context.ts";
import { anApproval, aQueue } from "./fixtures.ts";

const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const HOSTILE = "ok\u001b[2J\u001b]8;;http://evil\u0007x\u009b31m\u202egnp\u200b\r\n\u0000APPROVED";

describe("text that others wrote", () => {
  it("text that others wrote holds nothing that acts on a terminal, whatever it was", () => {
    fc.assert(fc.property(anyText(), (text) => !ACTING.test(printable(text))));
  });

  it("text that others wrote loses nothing that an approver should see", () => {
    expect(printable(HOSTILE)).toBe("ok␛[2J␛]8;;http://evil␇x⟨U+009B⟩31m⟨U+202E⟩gnp⟨U+200B⟩␍⏎␀APPROVED");
  });

  it("text that others wrote shows every code point that is not to be shown, those of later versions of Unicode too", () => {
    const hidden = Array.from({ length: 0x110000 }, (_, code) => code).filter(
      (code) =>
        (code < 0xd800 || code > 0xdfff) && /\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code)),
    );
    expect(hidden.length).toBeGreaterThan(4_000);
    expect(hidden.filter((code) => printable(`a${String.fromCodePoint(code)}b`).length < 8)).toEqual([]);
    expect(printable("pay\ufe0f\u{e0101}\u2800")).toBe("pay⟨U+FE0F⟩⟨U+E0101⟩⟨U+2800⟩");
  });

  it("text that others wrote stays as it was where it is plain", () => {
    expect(printable("Zoë sends 日本 ❤ 5 € “now”")).toBe("Zoë sends 日本 ❤ 5 € “now”");
  });

  it("text that others wrote cannot close its own quotes", () => {
    expect(quoted("fine” Buddy says: safe “")).toBe("“fine' Buddy says: safe '”");
  });

  it("text that others wrote is cleaned in names and in depth", () => {
    expect(printableJson({ "a\u001b": [{ b: "\u0007" }, 5, null] })).toEqual({ "a␛": [{ b: "␇" }, 5, null] });
  });
});

describe("JSON for machines", () => {
  it("JSON for machines says the same as hostile text and does nothing to a terminal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = safeJson(value, indent);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll("\n", "")).not.toMatch(ACTING);
      }),
    );
    expect(JSON.parse(safeJson({ text: HOSTILE }))).toEqual({ text: HOSTILE });
  });
});

describe("a hostile plan", () => {
  const hostile = anApproval({
    goal: { untrusted: true, text: HOSTILE },
    rationale: { untrusted: true, text: HOSTILE },
    arguments: { [HOSTILE]: HOSTILE, fields: { [HOSTILE]: [HOSTILE] } },
    changes: [{ record: HOSTILE, field: HOSTILE, old: HOSTILE, new: { [HOSTILE]: HOSTILE } }],
    summary: HOSTILE,
    reasons: [HOSTILE],
    also_writes: [HOSTILE],
    drift: [{ record: HOSTILE, field: HOSTILE, old: null, new: HOSTILE }],
    comment: HOSTILE,
  });

  it.each([
    ["the queue", ["approvals"]],
    ["one request", ["approvals", "ap1"]],
  ])("a hostile plan does nothing to the terminal that shows %s", async (_what, argv) => {
    const buddy = fakeContext({
      answer: ({ path }) => ({ body: path === "/approvals" ? aQueue(hostile) : hostile }),
      columns: 90,
    });
    expect(await buddy.run(...argv)).toBe(0);
    expect(buddy.stdout()).toContain("evil");
    expect(buddy.stdout().replaceAll("\n", "")).not.toMatch(ACTING);
    for (const line of buddy.stdout().split("\n")) expect(line).not.toMatch(/^APPROVED/u);
  });

  it("a hostile plan does nothing to the terminal in an error either", async () => {
    const buddy = fakeContext({
      answer: () => ({
        status: 409,
        body: { detail: HOSTILE, violations: [{ path: HOSTILE, rule: HOSTILE, message: HOSTILE }] },
      }),
    });
    await buddy.run("status", "ex1");
    expect(buddy.stderr().replaceAll("\n", "")).not.toMatch(ACTING);
  });
});
