import fc from "fast-check";
import { expect, it } from "vitest";
import { nextWave } from "../../../../functions/execution/pass/next-wave.ts";
import { type PassAnswer, passAnswer, passRecord } from "../../../../functions/execution/pass/pass-answer.ts";
import { MOST_ANSWER_BYTES, withinBytes } from "../../../../functions/execution/pass/within-bytes.ts";
import { MAX_STATE_BYTES } from "../../../../functions/machine/state-data.ts";
import { lockId } from "../../../../shared/execution/lock/lock.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { statusOf } from "../../../harness/outcome.ts";
import { approve, submit } from "../../../harness/people.ts";
import { mail, plan, recall, update } from "../../../harness/plans.ts";
import { standardWith } from "../../../harness/standard-with.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../../../harness/world.ts";

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it("an answer of a pass hands out the first of its items that there are bytes for, and never none of them", () => {
  const sizes = fc.array(fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 120_000 })), { maxLength: 220 });
  fc.assert(
    fc.property(sizes, fc.constantFrom("a", '"', "顧", "\u0001"), (lengths, sign) => {
      const items = lengths.map((length) => sign.repeat(length));
      const handedOut = withinBytes(items, (some) => some);
      expect(handedOut).toEqual(items.slice(0, handedOut.length));
      expect(handedOut.length).toBeGreaterThanOrEqual(Math.min(1, items.length));
      if (handedOut.length > 1) expect(bytesOf(handedOut)).toBeLessThanOrEqual(MOST_ANSWER_BYTES);
      if (bytesOf(items) <= MOST_ANSWER_BYTES) expect(handedOut).toEqual(items);
    }),
    { numRuns: 50 },
  );
});

/** A world, and the answers of Next wave in it. */
const watched = async (options: WorldOptions = {}): Promise<{ world: TestWorld; answers: PassAnswer[] }> => {
  const answers: PassAnswer[] = [];
  const world = await startWorld({
    ...options,
    watch: ({ state, output }) => {
      const answer = passAnswer.safeParse(output);
      if (state !== "Next wave" || !answer.success) return;
      expect(bytesOf(output)).toBeLessThanOrEqual(MOST_ANSWER_BYTES);
      answers.push(answer.data);
    },
  });
  return { world, answers };
};

const READS = 205;
const sign = fc.constantFrom("a", '"', "é", "顧", "😀");
/** As long as names on record are, in bytes, each another. */
const longName = (of: string, n: number): string => {
  const end = `_${n}`;
  return of.repeat(Math.floor((128 - end.length) / Buffer.byteLength(of))) + end;
};
const readsNamed = (of: string): JsonObject => ({
  plans: [
    plan(
      `p${"_".repeat(127)}`,
      Array.from({ length: READS }, (_, n) => recall(longName(of, n), `invoices ${n}`)),
    ),
  ],
});
const stepsIn = ({ wave }: PassAnswer): number =>
  wave.reduce((count, item) => count + ("steps" in item ? item.steps.length : 1), 0);

it("an answer of a pass fits a state of Step Functions with room to spare, whatever a lock says and steps are called", async () => {
  const locking = fc.record({
    of: sign,
    said: sign,
    length: fc.constantFrom(480, 2_000),
    mode: fc.constantFrom("stop_forward", "freeze_all"),
  });
  await fc.assert(
    fc.asyncProperty(locking, async ({ of, said, length, mode }) => {
      const { world, answers } = await watched();
      const scope = { kind: "everything" } as const;
      const reason = said.repeat(length / said.length);
      const locked_at = world.deps.clock.now().toISOString();
      await world.deps.locks.place({ lock_id: lockId(scope), scope, mode, reason, locked_by: "olga", locked_at });
      const id = await submit(world, readsNamed(of));
      await world.rest();
      expect(await statusOf(world, id)).toBe("INCOMPLETE");
      const [record] = await world.deps.steps.all(id);
      expect(record?.reason).toContain(`by olga when the execution began: ${said.repeat(30)}`);
      // Each is handed out once, whatever room there was.
      expect(answers.reduce((sum, answer) => sum + stepsIn(answer), 0)).toBe(READS);
    }),
    { numRuns: 6 },
  );
  expect(MOST_ANSWER_BYTES).toBeLessThan(MAX_STATE_BYTES * 0.8);
});

it("an answer of a pass with steps of the longest names, each alone, fits, and the execution succeeds", async () => {
  const { world, answers } = await watched({ policy: { wait_for_resources_seconds: 3_600 } });
  const id = await submit(world, readsNamed('"'));
  await world.rest();
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect(answers.some(({ wave }) => wave.length > 100 && wave.every((item) => !("steps" in item)))).toBe(true);
});

it("an answer of a pass does not tell the engine what steps rest on elsewhere, which the record of the pass does", async () => {
  const { world, answers } = await watched({
    contracts: [standardWith("ghl_update_contact", { duplicate_sensitive: true })],
  });
  const change = (step_id: string) => update(step_id, "c1", { stage: "customer" });
  const first = await submit(world, { plans: [plan("p1", [change("s1")])] });
  await approve(world, first, "s1");
  const second = await submit(world, { plans: [plan("p1", [change("s2"), mail("m", "Hi", { after: ["s2"] })])] });
  const stored = passRecord.parse(await world.deps.executions.lastPass(second, 1));
  expect(stored.rests_on).toEqual([{ dropped: "s2", call: { execution_id: first, step_id: "s1" } }]);
  const asked = { execution_id: second, history: 1, pass: stored.pass - 1 };
  const { rests_on, ...answer } = stored;
  expect(await nextWave(world.deps)(asked)).toEqual(answer);
  expect(answers.filter((each) => "rests_on" in each)).toEqual([]);
});
