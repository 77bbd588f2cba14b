import { describe, expect, it } from "vitest";
import { mayRollBack } from "../../../../shared/execution/outcome/may-roll-back.ts";

type Given = Parameters<typeof mayRollBack>[0][number];

const step = (given: Partial<Given>): Given => ({
  phase: "finished",
  state: "LIVE",
  ending: "live",
  committed: true,
  ...given,
});
const failed = step({ state: "ABORTED", ending: "failed", committed: false });

describe("a roll back that may be under way", () => {
  it.each<[boolean, string, readonly Given[]]>([
    [false, "no step failed", [step({}), step({ phase: "open", ending: null, committed: false })]],
    [false, "a step failed and no call stands", [failed, step({ ending: "rejected", committed: false })]],
    [
      false,
      "what was made is undone, or accepted as it is",
      [failed, step({ ending: "compensated" }), step({ ending: "undo_accepted" })],
    ],
    [true, "a step failed and another's call stands", [failed, step({})]],
    [true, "a person is asked before one is undone", [step({ phase: "undo_asked", ending: null })]],
    [true, "one is being undone", [step({ phase: "open", state: "ROLLBACK", ending: null })]],
    [true, "nobody knows whether one was undone", [step({ phase: "reconcile_undo", ending: null })]],
  ])("a roll back may be under way: %s, where %s", (may, _where, records) => {
    expect(mayRollBack(records)).toBe(may);
  });
});
