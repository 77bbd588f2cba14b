import fc from "fast-check";
import { expect, it } from "vitest";
import { MOST_ARGUMENT_CHANGES } from "../../../../shared/execution/approval/approval.ts";
import { argumentChanges } from "../../../../shared/execution/approval/argument-changes.ts";
import { type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";
import { valueAt } from "../../../../shared/plan/json-pointer.ts";

it("comparing arguments names each place where two calls differ, in depth, and tells what is not there from null", () => {
  expect(
    argumentChanges(
      { to: ["a", "b"], fields: { stage: "x", "a/b": 1 }, gone: true, same: { z: 1 } },
      { to: ["b", "a"], fields: { stage: null, "a/b": 2 }, same: { z: 1 }, added: 0 },
    ),
  ).toEqual({
    changes: [
      { at: "/to", old: ["a", "b"], new: ["b", "a"] },
      { at: "/fields/stage", old: "x", new: null },
      { at: "/fields/a~1b", old: 1, new: 2 },
      { at: "/gone", old: true },
      { at: "/added", new: 0 },
    ],
    more: 0,
  });
});

it("comparing arguments counts what it leaves out, and cuts long values", () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`k${n}`, "x".repeat(100_000)]));
  const { changes, more } = argumentChanges({}, many);
  expect(changes).toHaveLength(MOST_ARGUMENT_CHANGES);
  expect(more).toBe(15);
  expect(JSON.stringify(changes).length).toBeLessThan(10_000);
  expect(changes[0]?.new).toContain("[cut: 100002 characters]");
});

const objects: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  .filter((value): value is JsonObject => jsonObject.safeParse(value).success);

it("comparing arguments names places of both calls only, none where they are the same, and all either way round", () => {
  fc.assert(
    fc.property(objects, objects, (one, other) => {
      expect(argumentChanges(one, structuredClone(one))).toEqual({ changes: [], more: 0 });
      const there = argumentChanges(one, other);
      const back = argumentChanges(other, one);
      expect(there.changes.length + there.more).toBe(back.changes.length + back.more);
      for (const { at } of there.changes)
        expect([valueAt(one, at), valueAt(other, at)]).not.toEqual([undefined, undefined]);
    }),
  );
});
