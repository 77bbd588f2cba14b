import { describe, expect, it } from "vitest";
import { decisionsFile, decisionsOf, type FileDecision, mergedArguments } from "../../cli/deciding/decisions-file.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import { fakeContext } from "./fake-context.ts";

const file = (...decisions: Partial<FileDecision>[]) => decisionsOf(decisionsFile.parse({ decisions }));
const request = (
  approval_id: string,
  changes: { plan_id?: string; step_id?: string; tool_name?: string; kind?: string; votes?: string[] } = {},
) => ({
  approval_id,
  plan_id: "plan_a",
  step_id: "s1",
  tool_name: "tool_x",
  kind: "approve",
  ...changes,
  votes: (changes.votes ?? []).map((by) => ({ by, at: "" })),
});

describe("a decisions file", () => {
  it("a decisions file decides by plan, step and tool, and leaves alone what names none of them fit", () => {
    const by = file({ plan: "plan_a", step: "s1", tool: "tool_x", decision: "approve" });
    expect(by.take(request("1", { plan_id: "plan_b" }))).toBeUndefined();
    expect(by.take(request("2", { step_id: "s2" }))).toBeUndefined();
    expect(by.take(request("3", { tool_name: "tool_y" }))).toBeUndefined();
    expect(by.take(request("4"))?.decision).toBe("approve");
  });

  it("a decisions file knows a step by the plan's own id where plans share ids", () => {
    expect(
      file({ plan: "plan_a", step: "s1", decision: "approve" }).take(request("1", { step_id: "plan_a.s1" })),
    ).toBeDefined();
    expect(
      file({ plan: "plan_a", step: "s1", decision: "approve" }).take(request("1", { step_id: "plan_b.s1" })),
    ).toBeUndefined();
  });

  it("a decisions file takes the first entry that fits", () => {
    const by = file({ tool: "tool_x", decision: "reject", comment: "no" }, { plan: "plan_a", decision: "approve" });
    expect(by.take(request("1"))?.decision).toBe("reject");
  });

  it("a decisions file decides a named step once: what is asked anew was not decided", () => {
    const by = file({ step: "s1", decision: "approve" });
    expect(by.take(request("first"))).toBeDefined();
    expect(by.take(request("asked anew"))).toBeUndefined();
  });

  it("a decisions file decides as often as it says", () => {
    const by = file({ step: "s1", decision: "approve", times: 2 });
    expect(
      [by.take(request("1")), by.take(request("2")), by.take(request("3"))].map((entry) => entry !== undefined),
    ).toEqual([true, true, false]);
  });

  it("a decisions file decides every request of a plan or tool that it names without a step", () => {
    const by = file({ plan: "plan_a", decision: "approve" });
    expect(by.take(request("1"))).toBeDefined();
    expect(by.take(request("2", { step_id: "s2" }))).toBeDefined();
  });

  it("a decisions file lets each person decide a request that needs several once", () => {
    const by = file(
      { plan: "plan_a", by: "bob", decision: "approve" },
      { plan: "plan_a", by: "carol", decision: "approve" },
    );
    expect(by.take(request("1"))?.by).toBe("bob");
    expect(by.take(request("1", { votes: ["bob"] }))?.by).toBe("carol");
    expect(by.take(request("1", { votes: ["bob", "carol"] }))).toBeUndefined();
  });

  it("a decisions file keeps leaving to its time limit what it lets expire", () => {
    const by = file({ step: "s1", decision: "let_expire" });
    expect(by.take(request("1"))?.decision).toBe("let_expire");
    expect(by.take(request("1"))?.decision).toBe("let_expire");
  });

  it.each([
    ["reconcile", "happened", true],
    ["reconcile", "approve", false],
    ["reconcile_undo", "did_not_happen", true],
    ["undo_failed", "undone", true],
    ["undo_failed", "happened", false],
    ["undo", "undone", true],
    ["undo", "accepted", false],
    ["approve", "undone", false],
  ] as const)("a decisions file answers a request of kind %s by %s: %s", (kind, decision, answers) => {
    expect(file({ plan: "plan_a", decision }).take(request("1", { kind })) !== undefined).toBe(answers);
  });

  it("a decisions file tells which entries matched nothing", () => {
    const by = file({ step: "s1", decision: "approve" }, { step: "s9", decision: "approve" });
    by.take(request("1"));
    expect(by.unused().map(({ step }) => step)).toEqual(["s9"]);
  });

  it.each([
    ["an entry that names nothing", { decision: "approve" }],
    ["an edit without arguments", { step: "s1", decision: "edit", comment: "x" }],
    ["a rejection without a comment", { step: "s1", decision: "reject" }],
    ["an unknown decision", { step: "s1", decision: "perhaps" }],
    ["an unknown field", { step: "s1", decision: "approve", stpe: "s1" }],
  ])("a decisions file is refused with %s", (_what, entry) => {
    expect(decisionsFile.safeParse({ decisions: [entry] }).success).toBe(false);
  });

  it("a decisions file sets the fields of an edit and keeps the rest, in depth; lists are replaced", () => {
    expect(mergedArguments({ a: 1, b: { c: 2, d: [3, 4] } }, { b: { d: [5] }, e: 6 })).toEqual({
      a: 1,
      b: { c: 2, d: [5] },
      e: 6,
    });
  });
});

describe("a file of decisions that cannot be used", () => {
  const running = async (files: Record<string, string>) => {
    const buddy = fakeContext({ files: { "p.json": "{}", ...files } });
    expect(await buddy.run("run", "p.json", "--decisions", "d.json")).toBe(EXIT.usage);
    return buddy.stderr();
  };

  it.each([
    ["plans", { plans: [] }, ["/decisions is required", "/plans"]],
    [
      "a word that is none",
      { decisions: [{ step: "s", decision: "agree" }] },
      ['/decisions/0/decision must be "approve"'],
    ],
    ["a field that is none", [{ step: "s", decision: "approve", tims: 2 }], ["/0/tims", "times"]],
    ["a number", 5, ["must be an object, not a number"]],
    ["an entry for everything", [{ decision: "approve" }], ["/0 names no plan, step or tool"]],
  ] as const)(
    "a file of decisions that holds %s is told with the place and what belongs there",
    async (_, file, words) => {
      const said = await running({ "d.json": JSON.stringify(file) });
      expect(said).toContain("d.json is not a decisions file: ");
      for (const each of words) expect(said).toContain(each);
      expect(said).not.toContain("Invalid");
    },
  );
});
