import { expect, it } from "vitest";
import { askedText } from "../../../functions/webhooks/asked-text.ts";
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
