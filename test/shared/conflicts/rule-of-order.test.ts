import { describe, expect, it } from "vitest";
import { type Dependency, limitsBy } from "../../../shared/conflicts/rule-of-order.ts";

const on = (step: string, more: Partial<Dependency<string>> = {}): Dependency<string> => ({
  step,
  mode: "LIVE",
  writes: true,
  refused: false,
  feeds: false,
  ahead: undefined,
  ...more,
});
const atDryRun = { step: "a", mode: "DRY_RUN" } as const;

describe("what stands ahead of a step", () => {
  it("a step that got LIVE, or still can, allows everything behind it", () => {
    expect(limitsBy([on("a"), on("b", { writes: false })])).toEqual({ own: undefined, ahead: undefined });
    expect(limitsBy([])).toEqual({ own: undefined, ahead: undefined });
  });

  it("a write limits the next step, and what stands behind that, to what it got", () => {
    expect(limitsBy([on("a", { mode: "DRY_RUN" })])).toEqual({ own: atDryRun, ahead: atDryRun });
  });

  it("a read limits a step only where that uses what it found, and the limit is handed on by the step alone", () => {
    expect(limitsBy([on("a", { mode: "DRY_RUN", writes: false })])).toEqual({ own: undefined, ahead: undefined });
    expect(limitsBy([on("a", { mode: "DRY_RUN", writes: false, feeds: true })])).toEqual({
      own: atDryRun,
      ahead: undefined,
    });
  });

  it("a step is limited past a read, or past a duplicate that was done elsewhere", () => {
    const limit = { own: atDryRun, ahead: atDryRun };
    expect(limitsBy([on("read", { writes: false, ahead: atDryRun })])).toEqual(limit);
    expect(limitsBy([on("duplicate", { ahead: atDryRun })])).toEqual(limit);
  });

  it("a step is limited by the lowest of all ahead of it, and of equals by the first", () => {
    const all = [on("b", { mode: "DRY_RUN" }), on("a", { mode: "DRY_RUN" }), on("c", { mode: "MOCK" })];
    expect(limitsBy(all).own).toEqual({ step: "c", mode: "MOCK" });
    expect(limitsBy(all.slice(0, 2)).own).toEqual({ step: "b", mode: "DRY_RUN" });
  });
});
