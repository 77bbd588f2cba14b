import { describe, expect, it } from "vitest";
import { callDigest, knownArguments } from "../../../shared/conflicts/call-digest.ts";

describe("a call's digest", () => {
  it("a call's digest is the same whatever the order of keys, at every depth", () => {
    expect(callDigest("t", { a: 1, b: { c: 2, d: [1, 2] } })).toBe(callDigest("t", { b: { d: [1, 2], c: 2 }, a: 1 }));
  });

  it("a call's digest tells tools, values and the order of lists apart", () => {
    const digests = [
      callDigest("t", { a: [1, 2] }),
      callDigest("u", { a: [1, 2] }),
      callDigest("t", { a: [2, 1] }),
      callDigest("t", { a: ["1", 2] }),
      callDigest("t", {}),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe("what is known of arguments", () => {
  it("arguments of which everything is known have literals unwrapped wherever they stand", () => {
    const step = { arguments: { a: [{ b: { $literal: { $from: "data" } } }], c: null } };
    expect(knownArguments(step)).toEqual({ a: [{ b: { $from: "data" } }], c: null });
  });

  it("arguments without anything to unwrap are not copied", () => {
    const step = { arguments: { a: { b: ["x"] } } };
    expect(knownArguments(step)).toBe(step.arguments);
  });
});
