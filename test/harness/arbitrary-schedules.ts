import fc from "fast-check";
import { type ConflictInput, noFacts, resolveConflicts } from "../../shared/conflicts/resolve-conflicts.ts";
import type { Schedule } from "../../shared/conflicts/schedule.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { executionConfig } from "../../shared/plan/config.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";
import { call, create, mail, plan, recall, type StepBody, search, update } from "./plans.ts";

export const CONTRACTS: ReadonlyMap<string, ToolContract> = new Map(
  standardContracts().map((contract) => [contract.tool_name, contract]),
);

type Sketch = { tool: number; target: number; confidence: number; after: number; feeds: boolean; duplicate: boolean };

const sketch: fc.Arbitrary<Sketch> = fc.record({
  tool: fc.nat({ max: 6 }),
  target: fc.nat({ max: 2 }),
  confidence: fc.constantFrom(...Array.from({ length: 18 }, () => 0.95), 0.7, 0.4),
  after: fc.nat({ max: 3 }),
  feeds: fc.boolean(),
  duplicate: fc.boolean(),
});

const stepOf = (plan_id: string, sketches: readonly Sketch[], index: number): StepBody => {
  const { tool, target, confidence, after, feeds, duplicate } = sketches[index] ?? {
    tool: 0,
    target: 0,
    confidence: 1,
    after: 0,
    feeds: false,
    duplicate: false,
  };
  const step_id = `${plan_id}s${index}`;
  const before = after < index ? `${plan_id}s${after}` : undefined;
  const more = {
    agent: `${plan_id}a${index % 2}`,
    confidence,
    after: before === undefined ? [] : [before],
    allow_duplicate: duplicate,
  };
  const fed: JsonObject | string = feeds && before !== undefined ? { $from: before, path: "/x" } : `c${target}`;
  switch (tool) {
    case 0:
      return recall(step_id, "invoices", more);
    case 1:
      return search(step_id, `c${target}`, more);
    case 2:
      return create(step_id, `new${target}@example.org`, more);
    case 3:
      return mail(step_id, `Offer ${target}`, more);
    case 4:
      return call(step_id, "form_fill", { url: `page${target}` }, more);
    default:
      return update(step_id, fed, { stage: "x" }, more);
  }
};

const plain = { target: 0, confidence: 0.95, after: 9, feeds: false, duplicate: false };
/** Something reversible, something irreversible that depends on it, and something that may fail after both. */
const undoing: readonly Sketch[] = [
  { ...plain, tool: 5 },
  { ...plain, tool: 2, after: 0 },
  { ...plain, tool: 6, target: 1, after: 1 },
];

/** Two reversible steps, one upon the other, and something that may fail after both. */
const chain: readonly Sketch[] = [
  { ...plain, tool: 5 },
  { ...plain, tool: 6, target: 1, after: 0 },
  { ...plain, tool: 6, target: 2, after: 1 },
];

const planSketch: fc.Arbitrary<readonly Sketch[]> = fc.oneof(
  { weight: 5, arbitrary: fc.array(sketch, { minLength: 1, maxLength: 5, size: "max" }) },
  { weight: 1, arbitrary: fc.constantFrom(undoing, chain) },
);

const deadline = fc.constantFrom(null, null, null, 12, 40);

/** One to three plans of one to five steps of the standard tools, checked and ordered as a submission would be. */
export const schedules: fc.Arbitrary<Schedule> = fc
  .array(fc.tuple(planSketch, deadline), { minLength: 1, maxLength: 3 })
  .map((plans) => {
    const bodies = plans.map(([sketches], p) =>
      plan(
        `p${p}`,
        sketches.map((_, index) => stepOf(`p${p}`, sketches, index)),
      ),
    );
    const schedule = scheduleOf(bodies);
    // Given once the order is made: conflicts would else be resolved so that it is met, if nothing goes wrong.
    return {
      ...schedule,
      plans: schedule.plans.map((each, p) => ({ ...each, deadline_seconds: plans[p]?.[1] ?? null })),
    };
  });

/** The order of these plans. */
export const scheduleOf = (plans: readonly JsonObject[]): Schedule => {
  const accepted = acceptSubmission(
    { plans: [...plans] },
    { tools: CONTRACTS, agents: new Map(), registry_open: true, submitter: "sam" },
  );
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
  const input: ConflictInput = {
    plans: accepted.value.plans,
    contracts: CONTRACTS,
    config: executionConfig.parse({}),
    agents: new Map(),
    registry_open: true,
    live_enabled: true,
    facts: noFacts,
  };
  return resolveConflicts(input);
};
