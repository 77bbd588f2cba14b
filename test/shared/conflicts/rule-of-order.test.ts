import { describe, expect, it } from "vitest";
import { type Dependency, limitsBy } from "../../../shared/conflicts/rule-of-order.ts";

const on = (step: string, more: Partial<Dependency<string>> = {}): Dependency<string> => ({
  step,
  mode: "LIVE",
  holds: true,
  feeds: false,
  ahead: undefined,
  ...more,
});
const atDryRun = { step: "a", mode: "DRY_RUN" } as const;

describe("what stands ahead of a step", () => {
  it("allows everything where it got LIVE, or can still get there", () => {
    expect(limitsBy([on("a"), on("b", { holds: false })])).toEqual({ own: undefined, ahead: undefined });
    expect(limitsBy([])).toEqual({ own: undefined, ahead: undefined });
  });

  it("limits the step and what stands behind it to what a write got", () => {
    expect(limitsBy([on("a", { mode: "DRY_RUN" })])).toEqual({ own: atDryRun, ahead: atDryRun });
  });

  it("limits a step by a read only where it uses what the read found, and hands that on by the step alone", () => {
    expect(limitsBy([on("a", { mode: "DRY_RUN", holds: false })])).toEqual({ own: undefined, ahead: undefined });
    expect(limitsBy([on("a", { mode: "DRY_RUN", holds: false, feeds: true })])).toEqual({
      own: atDryRun,
      ahead: undefined,
    });
  });

  it("limits a step past a read, or a duplicate that was done elsewhere", () => {
    const limit = { own: atDryRun, ahead: atDryRun };
    expect(limitsBy([on("read", { holds: false, ahead: atDryRun })])).toEqual(limit);
    expect(limitsBy([on("duplicate", { ahead: atDryRun })])).toEqual(limit);
  });

  it("limits it by the lowest of all, and of equals by the first", () => {
    const all = [on("b", { mode: "DRY_RUN" }), on("a", { mode: "DRY_RUN" }), on("c", { mode: "MOCK" })];
    expect(limitsBy(all).own).toEqual({ step: "c", mode: "MOCK" });
    expect(limitsBy(all.slice(0, 2)).own).toEqual({ step: "b", mode: "DRY_RUN" });
  });
});
