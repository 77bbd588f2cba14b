import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryBodies } from "../../../functions/adapters/memory/bodies.ts";
import { bodyOfLedger, recordable, toLedger } from "../../../functions/execution/tool-output.ts";
import { canonicalJson } from "../../../shared/audit/digest.ts";
import type { Json } from "../../../shared/plan/json.ts";

const anyJson = fc.jsonValue({ stringUnit: "binary" }).map((value): Json => JSON.parse(JSON.stringify(value)));

describe("a tool's output as it is recorded", () => {
  it("can always be hashed, whatever a tool answers", () => {
    const halves = fc.constantFrom("\ud800", "x\udc00", "ok");
    fc.assert(
      fc.property(anyJson, halves, (value, half) => {
        expect(() => canonicalJson(recordable({ value, [half]: half }))).not.toThrow();
      }),
    );
  });

  it("is left as it is where nothing is wrong with it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const plain: Json = JSON.parse(JSON.stringify(value));
        expect(recordable(plain)).toEqual(plain);
      }),
    );
  });

  it("stands in the ledger itself while it is small, and as a reference to a body where it is large", async () => {
    const bodies = memoryBodies();
    const small = { contact_id: "c1" };
    const large = { pages: Array.from({ length: 9_000 }, (_, page) => `page ${page}`) };
    expect(await toLedger({ bodies }, "e1", small)).toEqual(small);
    expect(JSON.stringify(await toLedger({ bodies }, "e1", large)).length).toBeLessThan(500);
    for (const output of [small, large]) {
      const ref = await bodyOfLedger({ bodies }, "e1", await toLedger({ bodies }, "e1", output));
      expect(await bodies.get(ref)).toEqual(output);
    }
  });
});
