import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Contended, compareAndSet, growingPauses, takeTurns } from "../../../shared/ports/contention.ts";

/** A number that others may write too, with the version a writer must have seen. */
const counter = () => {
  let [value, version] = [0, 0];
  return {
    read: async () => ({ value, version }),
    write: async (next: number, seen: number): Promise<"written" | "moved"> => {
      if (seen !== version) return "moved";
      [value, version] = [next, version + 1];
      return "written";
    },
  };
};

describe("a contended write", () => {
  it("a contended write loses no addition of any number of writers that take turns at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(99), { minLength: 1, maxLength: 12 }), async (additions) => {
        const { read, write } = counter();
        const add = (by: number) =>
          compareAndSet("the counter", additions.length, async () => {
            const { value, version } = await read();
            return write(value + by, version);
          });
        await Promise.all(additions.map(add));
        expect((await read()).value).toBe(additions.reduce((sum, by) => sum + by, 0));
      }),
      { numRuns: 50 },
    );
  });

  it("a contended write reads anew at each turn, and ends with the first answer that is not moved, a refusal too", async () => {
    const answers = ["moved", "moved", { ok: false }, { ok: true }] as const;
    let turns = 0;
    const turn = async () => answers[turns++] ?? "moved";
    expect(await compareAndSet("a record", 9, turn)).toEqual({ ok: false });
    expect(turns).toBe(3);
  });

  it("a contended write gives up loudly after as many turns as were allowed, and says what was contended", async () => {
    let turns = 0;
    const busy = async (): Promise<"done" | "moved"> => {
      turns += 1;
      return "moved";
    };
    await expect(compareAndSet("lock all", 3, busy)).rejects.toThrow(new Contended("lock all", 3));
    expect(turns).toBe(3);
  });

  it("a contended write waits after each race that was lost, and not before the first turn nor after the last", async () => {
    const seen: (string | number)[] = [];
    const turn = async () => {
      seen.push("turn");
      return "moved" as const;
    };
    await takeTurns(3, turn, async (lost) => void seen.push(lost));
    expect(seen).toEqual(["turn", 1, "turn", 2, "turn"]);
  });

  it("a contended write waits twice as long after each race that was lost, up to half a second, less up to a half", async () => {
    const waited = async (random: number) => {
      const pauses: number[] = [];
      const between = growingPauses(
        async (milliseconds) => void pauses.push(milliseconds),
        () => random,
      );
      for (const lost of [1, 2, 3, 7, 40]) await between(lost);
      return pauses;
    };
    expect(await waited(0)).toEqual([10, 20, 40, 500, 500]);
    expect(await waited(0.5)).toEqual([7.5, 15, 30, 375, 375]);
  });

  it("a contended write is given up quietly where its caller has an answer for that", async () => {
    expect(await takeTurns(2, async () => "moved")).toBe("moved");
    expect(await takeTurns(1, async () => undefined)).toBeUndefined();
  });

  it("a contended write ends with the error of a turn that throws, and takes no further turn", async () => {
    let turns = 0;
    const broken = async () => {
      turns += 1;
      throw new RangeError("no such store");
    };
    await expect(compareAndSet("a record", 5, broken)).rejects.toThrow("no such store");
    expect(turns).toBe(1);
  });
});
