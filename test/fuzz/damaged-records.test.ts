import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key } from "../../functions/adapters/table/item.ts";
import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { approvalKey } from "../../functions/adapters/table/keys/of-requests.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/** Ten executions: a seed, so that every machine tries the same. */
const seed = 20_260_304;
const numRuns = 10;

const body = fc.oneof(
  fc.constantFrom<string>("", "{", "null", "7", "[]", '{"__proto__":{}}'),
  fc.json({ maxDepth: 3 }),
  fc.string(),
);
const place = fc.constantFrom("step", "row", "request");
const moment = fc.constantFrom("before it is decided", "after it was done");

const keyOf = async (world: TestWorld, id: string, of: "step" | "row" | "request"): Promise<Key> => {
  if (of === "step") return stepKey(id, "broken");
  if (of === "row") return ledgerKey({ execution_id: id, step_id: "broken", side: "forward" });
  const [request] = await world.deps.approvals.ofExecution(id);
  return approvalKey(id, request?.approval_id ?? "none");
};

const one = (step_id: string, contact: string, after: string) => ({
  plans: [
    plan(`p_${step_id}`, [
      update(step_id, contact, { stage: "customer" }, { agent: `a_${step_id}` }),
      update(after, contact, { stage: "regular" }, { agent: `a_${step_id}`, after: [step_id] }),
    ]),
  ],
});

it("whatever stands in place of one of its records, an execution ends, or waits for a person and can be aborted, and its neighbour succeeds", async () => {
  await fc.assert(
    fc.asyncProperty(body, place, moment, async (text, of, when) => {
      const world = await startWorld();
      const broken = await submit(world, one("broken", "c1", "then"));
      const whole = await submit(world, one("whole", "c2", "next"));
      if (when === "after it was done") await approve(world, broken, "broken");
      const key = await keyOf(world, broken, of);
      await world.table.put({ ...(await world.table.get(key)), ...key, body: text });
      await approve(world, whole, "whole");
      await approve(world, whole, "next");
      expect(await standing(world, whole)).toMatchObject({ whole: "LIVE finished live", next: "LIVE finished live" });
      if ((await statusOf(world, broken)) !== "RUNNING") return;
      expect(of === "request" || (await openRequests(world, broken)).length > 0).toBe(true);
      expect(await abortExecution(world.deps)(broken, { by: "olga", reason: "enough" })).toMatchObject({ ok: true });
      await world.rest(3_600);
      expect(await statusOf(world, broken)).not.toBe("RUNNING");
    }),
    { seed, numRuns },
  );
});
