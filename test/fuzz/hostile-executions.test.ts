import fc from "fast-check";
import { expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { hostile } from "../fixtures/hostile-values.ts";
import { besideEachOther, type OddAdapter, oddWorld } from "../harness/odd-tools.ts";
import { standing, statusOf } from "../harness/outcome.ts";
import { openRequests, submit } from "../harness/people.ts";
import { startWorld } from "../harness/world.ts";

/** Thirty executions: a seed, so that every machine tries the same. */
const seed = 20_260_303;
const numRuns = 30;

const METHODS = ["mock", "preview", "prepareUndo", "call", "lookUp"] as const;

/** One method answers with anything, throws anything, or never ends; of a call, with each kind of outcome too. */
const oddAdapter: fc.Arbitrary<OddAdapter> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    does: fc.constantFrom("answers", "throws", "never ends", "commits", "does not know"),
    value: hostile,
  })
  .map(({ method, does, value }): OddAdapter => {
    const odd = async (): Promise<unknown> => {
      if (does === "throws") throw value;
      if (does === "never ends") return new Promise(() => undefined);
      if (does === "commits") return { kind: "committed", output: value, undo: value };
      return does === "answers" ? value : { kind: "indeterminate", error: value };
    };
    // A question that is never asked shows nothing: a look-up is asked about a call whose outcome is not known.
    return method === "lookUp"
      ? { lookUp: odd, call: async () => ({ kind: "indeterminate", error: "502" }) }
      : { [method]: odd };
  });

it("whatever a tool does on any rung, its execution ends or waits for a person, abort ends it, and its neighbour succeeds", async () => {
  await fc.assert(
    fc.asyncProperty(oddAdapter, async (odd) => {
      const world = await startWorld(oddWorld(odd));
      const id = await submit(world, besideEachOther);
      await world.rest(3_600);
      expect(await standing(world, id)).toMatchObject({ calm: "LIVE finished live" });
      const waits = (await openRequests(world, id)).length > 0;
      expect([waits, await statusOf(world, id)]).toEqual([
        waits,
        waits ? "RUNNING" : expect.not.stringMatching("RUNNING"),
      ]);
      if (!waits) return;
      await abortExecution(world.deps)(id, { by: "olga", reason: "enough" });
      await world.rest(3_600);
      expect(await statusOf(world, id)).not.toBe("RUNNING");
    }),
    { seed, numRuns },
  );
});
