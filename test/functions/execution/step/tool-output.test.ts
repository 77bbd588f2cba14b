import { describe, expect, it } from "vitest";
import { memoryBodies } from "../../../../functions/adapters/memory/bodies.ts";
import { bodyOfLedger, toLedger } from "../../../../functions/execution/step/tool-output.ts";

describe("a tool's output as the ledger holds it", () => {
  it("a tool's output stands in the ledger itself while it is small, and as a reference to a body where it is large", async () => {
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

  it("a tool's output is never taken for a reference because a tool made it look like one", async () => {
    const bodies = memoryBodies();
    const another = await bodies.put("executions/e2/outputs", { secret: "of another execution" });
    const output = { $body: { key: another.key, digest: another.digest } };
    const ref = await bodyOfLedger({ bodies }, "e1", await toLedger({ bodies }, "e1", output));
    expect(await bodies.get(ref)).toEqual(output);
  });
});
