import fc from "fast-check";
import { expect, it } from "vitest";
import { BATCH_SIZE, inBatches } from "../../../../shared/execution/wave/batches.ts";

const RUNGS = ["MOCK", "DRY_RUN", "LIVE", "ROLLBACK"] as const;
const rehearses = (rung: (typeof RUNGS)[number]): rung is "MOCK" | "DRY_RUN" => rung === "MOCK" || rung === "DRY_RUN";

it("a wave hands every item out once, in the order of its rung; what acts, and what is named, alone", () => {
  const item = fc.record({ rung: fc.constantFrom(...RUNGS), alone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), (drawn) => {
      const items = drawn.map((each, place) => ({ ...each, place }));
      const wave = inBatches(items, ({ alone }) => alone);
      const handedOut = wave.flatMap((each) => ("items" in each ? each.items : [each]));
      for (const rung of RUNGS) {
        const ofRung = ({ rung: its, alone }: (typeof items)[number]) => its === rung && !alone;
        expect(handedOut.filter(ofRung)).toEqual(items.filter(ofRung));
      }
      expect(handedOut.map(({ place }) => place).sort((one, other) => one - other)).toEqual(
        items.map(({ place }) => place),
      );
      for (const each of wave) {
        if (!("items" in each)) continue;
        expect(each.items.every(({ rung, alone }) => rung === each.rung && !alone)).toBe(true);
        expect(each.items.length).toBeLessThanOrEqual(BATCH_SIZE[each.rung]);
      }
    }),
  );
});

it("a wave fills one batch before it begins the next, and has no more than forty rehearsals of a rung at work", () => {
  fc.assert(
    fc.property(fc.nat(200), fc.constantFrom(...RUNGS), (steps, rung) => {
      const wave = inBatches(
        Array.from({ length: steps }, () => ({ rung })),
        () => false,
      );
      expect(wave).toHaveLength(rehearses(rung) ? Math.ceil(steps / BATCH_SIZE[rung]) : steps);
      if (!rehearses(rung)) return;
      const atWork = wave.reduce((sum, each) => sum + ("items" in each ? each.at_once : 1), 0);
      expect(atWork).toBeLessThanOrEqual(40);
    }),
  );
});
