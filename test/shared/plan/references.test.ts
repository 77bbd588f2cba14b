import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { literalView, referencesIn, renameSources, resolveArguments } from "../../../shared/plan/references.ts";

const outputs: Record<string, Json> = {
  s1: { contact_id: "c1", nothing: null, empty: "", list: [{ id: 7 }], tricky: { $from: "s2", path: "" }, "a/b": 1 },
};
const resolve = (args: JsonObject) => resolveArguments(args, (id) => outputs[id]);
const reason = (args: JsonObject) => {
  const result = resolve(args);
  return result.ok ? undefined : result.refusal;
};

/** Arguments without a $from or $literal key. */
const anyLiteral = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)))
  .filter((value) => !/"\$(from|literal)"|__proto__/.test(JSON.stringify(value)));

describe("references", () => {
  it("references are found wherever they stand, but not inside $literal", () => {
    const args = { a: { $from: "s1", path: "/x" }, b: [0, { c: { $from: "s2" } }], d: { $literal: { $from: "s3" } } };
    expect(referencesIn(args)).toEqual({
      sources: [
        { at: "/a", from: "s1", path: "/x" },
        { at: "/b/1/c", from: "s2", path: "" },
      ],
      faults: [],
    });
  });

  it.each([
    [{ a: { $from: "s1", path: "/x", default: 1 } }, "/a"],
    [{ a: [{ $from: 1 }] }, "/a/0"],
    [{ a: { $from: "s1", path: "x" } }, "/a"],
    [{ a: { $from: "s1", path: "/~2" } }, "/a"],
    [{ a: { $literal: 1, $from: "s1" } }, "/a"],
    [{ $literal: 5 }, ""],
  ])("references malformed as in %j are faults with their place", (args, at) => {
    expect(referencesIn(args).faults.map((fault) => fault.at)).toEqual([at]);
  });

  it("references can be given other step ids without touching literals", () => {
    const args = { a: { $from: "s1", path: "/x" }, b: { $literal: { $from: "s1" } } };
    expect(renameSources(args, (id) => `p.${id}`)).toEqual({
      arguments: { a: { $from: "p.s1", path: "/x" }, b: { $literal: { $from: "s1" } } },
      sources: [{ at: "/a", from: "p.s1", path: "/x" }],
    });
  });

  it("references stay in the literal view, where $literal is unwrapped", () => {
    expect(literalView({ a: { $from: "s1" }, b: { $literal: { $from: "s1" } } })).toEqual({
      a: { $from: "s1" },
      b: { $from: "s1" },
    });
  });
});

describe("resolving", () => {
  it("resolving a reference takes values by JSON Pointer, through arrays and escaped names", () => {
    const args = { id: { $from: "s1", path: "/list/0/id" }, all: [{ $from: "s1", path: "/a~1b" }], kept: "x" };
    expect(resolve(args)).toEqual({ ok: true, value: { id: 7, all: [1], kept: "x" } });
  });

  it("resolving references never resolves what came out of an output again", () => {
    const args = { a: { $from: "s1", path: "/tricky" } };
    expect(resolve(args)).toEqual({ ok: true, value: { a: { $from: "s2", path: "" } } });
  });

  it.each([["/missing"], ["/nothing"], ["/list/1/id"], ["/list/-"], ["/contact_id/length"], ["/constructor"]])(
    "a reference to %s, which finds nothing, is refused and says so",
    (path) => {
      const refusal = reason({ x: { y: { $from: "s1", path } } });
      expect(refusal).toMatchObject({ at: "/x/y", from: "s1", path });
      expect(refusal?.message).toMatch(/there is no value for \/x\/y/);
    },
  );

  it("a reference to a step that has no output is refused", () => {
    expect(reason({ x: { $from: "s9", path: "" } })?.message).toBe("step s9 has no output");
  });

  it("a reference takes an empty text as a value, which the input schema may refuse", () => {
    expect(resolve({ x: { $from: "s1", path: "/empty" } })).toEqual({ ok: true, value: { x: "" } });
  });

  it("a reference lets all arguments come from one object, and from nothing else", () => {
    expect(resolve({ $from: "s1", path: "/list/0" })).toEqual({ ok: true, value: { id: 7 } });
    expect(reason({ $from: "s1", path: "/contact_id" })?.message).toContain("is not an object");
  });

  it("resolving references never changes literals", () => {
    fc.assert(
      fc.property(anyLiteral, (literal) => {
        expect(resolve(literal)).toEqual({ ok: true, value: literal });
        expect(literalView(literal)).toEqual(literal);
      }),
    );
  });

  it("resolving references gives back anything that was escaped, and any output, as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const value: Json = JSON.parse(JSON.stringify(any));
        expect(resolve({ x: { $literal: value } })).toEqual({ ok: true, value: { x: value } });
        fc.pre(value !== null);
        const resolved = resolveArguments({ x: { $from: "s", path: "" } }, () => value);
        expect(resolved).toEqual({ ok: true, value: { x: value } });
      }),
    );
  });
});

describe("what references bring in", () => {
  it("values that references bring in count as arguments: beyond the limit they are refused, naming it and the places", () => {
    const bring = (bytes: number) =>
      resolveArguments({ contact_id: "c1", note: { $from: "s1", path: "/page" } }, () => ({ page: "x".repeat(bytes) }));
    expect(bring(60_000).ok).toBe(true);
    const refused = bring(240_000);
    expect(refused.ok ? "" : refused.refusal.message).toMatch(
      /^with what references bring in \(\/note from s1\) it has \d+ bytes or more; the arguments of one step may have 65536$/,
    );
  });

  it("an output that references bring in is counted without writing it out, however often it is asked for", () => {
    const page = "x".repeat(1_000_000);
    const args = { all: Array.from({ length: 1_500 }, () => ({ $from: "s1" })) };
    expect(resolveArguments(args, () => ({ page })).ok).toBe(false);
  });
});
