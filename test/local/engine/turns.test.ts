import fc from "fast-check";
import { expect, it } from "vitest";
import { type InTurn, turns } from "../../../local/engine/turns.ts";

/** Work that ends when the test says so. */
const held = () => {
  const begun: string[] = [];
  const endings: (() => void)[] = [];
  const ask = (inTurn: InTurn, execution_id: string): Promise<void> =>
    inTurn(execution_id, () => {
      begun.push(execution_id);
      return new Promise<void>((resolve) => endings.push(resolve));
    });
  return { begun, endings, ask };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("the execution that was submitted first goes first, whoever asked for a turn before it", async () => {
  const { begun, endings, ask } = held();
  const inTurn = turns(1);
  const all = ["e2", "e9", "e3", "e1"].map((id) => ask(inTurn, id));
  for (let n = 0; n < 4; n += 1) {
    await settled();
    endings[n]?.();
  }
  await Promise.all(all);
  expect(begun).toEqual(["e2", "e1", "e3", "e9"]);
});

it("one execution has no more than half of the turns while others wait, and all of them where none does", async () => {
  const { begun, endings, ask } = held();
  const inTurn = turns(4);
  const alone = Array.from({ length: 6 }, () => ask(inTurn, "e1"));
  await settled();
  expect(begun).toEqual(["e1", "e1", "e1", "e1"]);
  const others = ["e2", "e3"].map((id) => ask(inTurn, id));
  endings[0]?.();
  endings[1]?.();
  await settled();
  expect(begun.slice(4)).toEqual(["e2", "e3"]);
  for (let n = 2; n < 8; n += 1) {
    endings[n]?.();
    await settled();
  }
  await Promise.all([...alone, ...others]);
});

it("a turn that ended in an error is given back", async () => {
  const inTurn = turns(1);
  await expect(inTurn("e1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await inTurn("e2", async () => "done")).toBe("done");
});

it("taking turns does everything that is asked, never more than the limit at once, nor fewer while somebody waits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom("e1", "e2", "e3", "e4"), { maxLength: 30 }),
      async (limit, asked) => {
        const inTurn = turns(limit);
        let [running, done] = [0, 0];
        const all = asked.map((id, n) =>
          inTurn(id, async () => {
            running += 1;
            expect(running).toBeLessThanOrEqual(limit);
            expect(running + done).toBeLessThanOrEqual(asked.length);
            for (let turn = 0; turn <= n % 3; turn += 1) await settled();
            expect(running).toBeGreaterThanOrEqual(Math.min(limit, asked.length - done));
            running -= 1;
            done += 1;
          }),
        );
        await Promise.all(all);
        expect(done).toBe(asked.length);
      },
    ),
    { numRuns: 30 },
  );
});
