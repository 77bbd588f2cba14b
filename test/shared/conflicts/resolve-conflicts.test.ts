import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONFLICT_CHECKS } from "../../../shared/conflicts/conflict-checks.ts";
import { remainingConflicts } from "../../../shared/conflicts/remaining-conflicts.ts";
import { type ConflictInput, noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import {
  conflictType,
  type Schedule,
  type ScheduledStep,
  schedule as scheduleSchema,
} from "../../../shared/conflicts/schedule.ts";
import { resourceKeysOverlap } from "../../../shared/contracts/resources.ts";
import type { Json } from "../../../shared/plan/json.ts";
import {
  brief,
  contractWith,
  inputOf,
  mail,
  type PlanSketch,
  type StepSketch,
  stepOf,
  unresolvable,
  update,
} from "./input-of.ts";

const reader = contractWith({
  tool_name: "read_contact",
  resources: [{ key: "ghl:contact:{contact_id}", access: "read" }],
  compensation: "none",
  rate_limit: { service: "ghl", limit: 100, window_seconds: 10 },
});

/** Plans in which everything meets: shared contacts, duplicates, unknown ids, weak agents, tight deadlines, wrong orders. */
const arbitraryStep = (id: string, others: readonly string[]): fc.Arbitrary<StepSketch> => {
  const known: fc.Arbitrary<Json> = fc.constantFrom("c1", "c2", "c3");
  const fed = others.map((from): fc.Arbitrary<Json> => fc.constant({ $from: from, path: "/id" }));
  const contact_id = fc.oneof({ weight: 3, arbitrary: known }, ...fed);
  const call: fc.Arbitrary<Pick<StepSketch, "tool" | "args">> = fc.oneof(
    fc.record({ tool: fc.constantFrom("ghl_update_contact", "read_contact"), args: fc.record({ contact_id }) }),
    fc.record({ tool: fc.constant("msgraph_send_email"), args: fc.record({ to: known }) }),
    fc.record({
      tool: fc.constantFrom("ghl_search", "vision_inspect", "form_fill", "button_click"),
      args: fc.constant({}),
    }),
  );
  const rest: fc.Arbitrary<Omit<StepSketch, "tool" | "args">> = fc.record({
    id: fc.constant(id),
    agent: fc.constantFrom("strong", "weak"),
    after: fc.subarray([...others], { maxLength: Math.min(1, others.length) }),
    confidence: fc.constantFrom(0.95, 0.95, 0.95, 0.7),
    allowDuplicate: fc.boolean(),
  });
  return fc.tuple(rest, call).map(([one, other]) => ({ ...one, ...other }));
};

/** `depends_on` follows a hidden order and the list is shuffled, so that some stand before what they depend on. */
const arbitraryPlan = (plan_id: string): fc.Arbitrary<PlanSketch> =>
  fc.integer({ min: 1, max: 6 }).chain((count) => {
    const ids = Array.from({ length: count }, (_, place) => `${plan_id}-s${place}`);
    const steps = fc.tuple(...ids.map((id, place) => arbitraryStep(id, ids.slice(0, place))));
    return fc
      .tuple(steps, fc.boolean(), fc.option(fc.integer({ min: 5, max: 90 }), { nil: undefined }))
      .chain(([list, shuffled, deadline]) =>
        (shuffled ? fc.shuffledSubarray(list, { minLength: list.length }) : fc.constant(list)).map((inOrder) => ({
          steps: inOrder,
          agents: { strong: ["ghl_access", "ghl_write", "email_send", "web_write"], weak: ["ghl_access"] },
          ...(deadline === undefined ? {} : { deadline }),
        })),
      );
  });

const arbitraryInput: fc.Arbitrary<ConflictInput> = fc
  .record({
    plans: fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, number) => arbitraryPlan(`p${number}`)))),
    leased: fc.boolean(),
    quota: fc.option(fc.nat(4), { nil: undefined }),
    locked: fc.boolean(),
    circuit: fc.boolean(),
    max_conflicts_before_abort: fc.constantFrom(0, 1, 5),
    max_live_escalations: fc.constantFrom(1, 3, 10),
  })
  .map(({ plans, leased, quota, locked, circuit, ...config }) =>
    inputOf(Object.fromEntries(plans.map((plan, number) => [`p${number}`, plan])), {
      extra: [reader],
      config,
      facts: {
        ...noFacts,
        leases: leased ? [{ key: "ghl:contact:c1", execution_id: "e0", step_id: "x" }] : [],
        quotas: new Map(quota === undefined ? [] : [["ghl", { remaining: quota, resets_in_seconds: 5 }]]),
        locked_agents: new Set(locked ? ["strong"] : []),
        open_circuits: new Map(circuit ? [["read_contact", { seconds_left: 12, reason: "timeouts" }]] : []),
      },
    }),
  );

it("the plans and facts that the laws are asked of have conflicts of every type", () => {
  const met = new Set<string>();
  for (const input of fc.sample(arbitraryInput, { numRuns: 300, seed: 1 })) {
    for (const { conflict_type } of resolveConflicts(input).conflicts) met.add(conflict_type);
  }
  expect(met, "arbitraryInput makes none of a type: its law would hold of nothing").toEqual(
    new Set(conflictType.options),
  );
});

const isLive = (step: ScheduledStep): boolean => step.ceiling.mode === "LIVE" && step.aborted_by_conflict === null;

/** For every LIVE step, all that stands behind it, whatever stands between: of one resource, it runs after it. */
const behindLive = (schedule: Schedule): Map<string, Set<string>> => {
  const live = new Set(schedule.steps.filter(isLive).map((step) => step.step_id));
  const next = Map.groupBy(schedule.edges, (edge) => edge.before);
  const walk = (from: string): Set<string> => {
    const seen = new Set([from]);
    for (const id of seen) for (const edge of next.get(id) ?? []) seen.add(edge.after);
    return seen;
  };
  return new Map([...live].map((id) => [id, walk(id)]));
};

const collide = (one: ScheduledStep, other: ScheduledStep): boolean =>
  one.resources.some((mine) =>
    other.resources.some(
      (theirs) => (mine.access === "write" || theirs.access === "write") && resourceKeysOverlap(mine, theirs),
    ),
  );

const reversedKeys = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  );
};

const runs = { numRuns: 300 };

describe("any resolved schedule", () => {
  it("a resolved schedule has every edge from a lower to a higher rank: no circle, and the agreed form", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const schedule = resolveConflicts(input);
        const rank = new Map(schedule.steps.map((step) => [step.step_id, step.rank]));
        for (const edge of schedule.edges) expect(rank.get(edge.before)).toBeLessThan(rank.get(edge.after) ?? -1);
        expect(schedule.steps.map((step) => step.rank)).toEqual(schedule.steps.map((_, index) => index));
        expect(rank.size).toBe(input.plans.reduce((sum, plan) => sum + plan.steps.length, 0));
        expect(scheduleSchema.safeParse(schedule).error).toBeUndefined();
      }),
      runs,
    );
  });

  it("a resolved schedule keeps every dependency that plans state, by edge and by rank", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const schedule = resolveConflicts(input);
        const edges = new Set(schedule.edges.map((edge) => `${edge.before} ${edge.after} ${edge.kind}`));
        for (const step of schedule.steps) {
          if (step.aborted_by_conflict !== null) continue;
          for (const id of step.depends_on) {
            expect(edges).toContain(`${id} ${step.step_id} depends_on`);
            expect(stepOf(schedule, id).rank).toBeLessThan(step.rank);
          }
        }
      }),
      runs,
    );
  });

  it("a resolved schedule orders any two LIVE steps that touch one resource, one of them writing", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const schedule = resolveConflicts(input);
        const after = behindLive(schedule);
        const live = schedule.steps.filter(isLive);
        for (const [index, one] of live.entries())
          for (const other of live.slice(index + 1))
            if (collide(one, other))
              expect([one.step_id, other.step_id, after.get(one.step_id)?.has(other.step_id)]).toContain(true);
      }),
      runs,
    );
  });

  it("a resolved schedule holds nothing new when it is looked at with fresh eyes", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        expect(remainingConflicts(resolveConflicts(input), input)).toEqual(new Map());
      }),
      runs,
    );
  });

  it("a schedule is the same whatever the order of object keys, and whatever stands first in its look-up tables", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const turned: ConflictInput = {
          ...input,
          // The values are plain JSON, so they come back as what they were.
          plans: input.plans.map((plan) => reversedKeys(plan as unknown as Json) as unknown as typeof plan),
          contracts: new Map([...input.contracts].toReversed()),
        };
        expect(resolveConflicts(turned)).toEqual(resolveConflicts(input));
      }),
      runs,
    );
  });

  it("a resolved schedule names a conflict once, and aborts exactly the plans that leave more open than allowed", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const stubborn = unresolvable(
          input.plans.flatMap(({ steps }) => steps.slice(0, 3).map(({ step_id }) => step_id)),
        );
        const schedule = resolveConflicts(input, [...CONFLICT_CHECKS, stubborn]);
        const ids = schedule.conflicts.map((conflict) => conflict.conflict_id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const plan of schedule.plans) {
          const open = schedule.conflicts.filter(
            (one) =>
              one.resolution_status !== "resolved" &&
              one.resolution_strategy !== "DELAY" &&
              plan.step_ids.includes(one.step_ids.at(-1) ?? ""),
          );
          const waiting = open.filter(
            (one) => stepOf(schedule, one.step_ids.at(-1) ?? "").aborted_by_conflict === null,
          );
          if (plan.aborted === null)
            expect(waiting.length).toBeLessThanOrEqual(input.config.max_conflicts_before_abort);
          else {
            expect(open.length).toBeGreaterThan(input.config.max_conflicts_before_abort);
            expect(plan.step_ids.every((id) => stepOf(schedule, id).aborted_by_conflict !== null)).toBe(true);
          }
        }
      }),
      runs,
    );
  });
});

describe("the bound on unresolved conflicts", () => {
  const contacts = Array.from({ length: 6 }, (_, n) => `c${n}`);
  const updates = (count: number) => ({ steps: contacts.slice(0, count).map((c, n) => update(`s${n}`, c)) });
  const config = { max_live_escalations: 10 };
  const checks = [...CONFLICT_CHECKS, unresolvable(contacts.map((_, n) => `s${n}`))];

  it("the bound on unresolved conflicts aborts a plan with more than five, says why, and leaves its neighbours alone", () => {
    const plans = { p1: updates(6), p2: { steps: [update("t1", "d1")] } };
    const schedule = resolveConflicts(inputOf(plans, { config }), checks);
    expect(schedule.plans[0]?.aborted).toBe(
      "6 unresolved conflicts, more than the 5 that max_conflicts_before_abort allows",
    );
    expect(stepOf(schedule, "s0").aborted_by_conflict).toContain("plan p1 was aborted");
    expect(schedule.plans[1]?.aborted).toBeNull();
    expect(stepOf(schedule, "t1")).toMatchObject({ aborted_by_conflict: null, ceiling: { mode: "LIVE" } });
  });

  it("the bound on unresolved conflicts leaves a plan with five alone", () => {
    const schedule = resolveConflicts(inputOf({ p1: updates(5) }, { config }), checks);
    expect(schedule.plans[0]?.aborted).toBeNull();
    expect(schedule.conflicts).toHaveLength(5);
  });

  it("the bound does not count conflicts that were resolved, however many", () => {
    const plans = { p1: updates(6), p2: { steps: updates(6).steps.map((step) => ({ ...step, id: `t${step.id}` })) } };
    const schedule = resolveConflicts(inputOf(plans, { config }));
    expect(schedule.conflicts).toHaveLength(6);
    expect(schedule.plans.every((plan) => plan.aborted === null)).toBe(true);
  });

  it("the bound does not count what ends by waiting: six records that another execution is writing", () => {
    const leases = contacts.map((c, n) => ({ key: `ghl:contact:${c}`, execution_id: "e0", step_id: `x${n}` }));
    const schedule = resolveConflicts(inputOf({ p1: updates(6) }, { config, facts: { ...noFacts, leases } }));
    expect(new Set(brief(schedule.conflicts).map((one) => one.replace(/: .*/, "")))).toEqual(
      new Set(["RESOURCE_CONFLICT DELAY pending"]),
    );
    expect(schedule.conflicts).toHaveLength(6);
    expect(schedule.plans[0]?.aborted).toBeNull();
    expect(schedule.steps.every(({ ceiling }) => ceiling.mode === "LIVE")).toBe(true);
  });

  it("the bound does not count what ends by waiting: six mails that another plan is being asked about", () => {
    const mails = (plan: string) => ({
      steps: contacts.map((c, n) => mail(`${plan}m${n}`, { args: { to: c, subject: "Offer", body: "Dear A" } })),
    });
    const schedule = resolveConflicts(inputOf({ p1: mails("a"), p2: mails("b") }, { config }));
    expect(schedule.conflicts.map(({ resolution_status }) => resolution_status)).toEqual(Array(6).fill("pending"));
    expect(schedule.plans.every((plan) => plan.aborted === null)).toBe(true);
  });
});

describe("one execution in which everything happens", () => {
  it("an execution in which everything happens shows every type and strategy, each in its own words and numbers", () => {
    const agents = { strong: ["ghl_access", "ghl_write", "email_send"], weak: ["ghl_access"] };
    const fill = { id: "fill", tool: "form_fill", agent: "strong" };
    const plans: Record<string, PlanSketch> = {
      p1: { steps: [update("u1", "c1", { agent: "weak" }), mail("m1", { agent: "strong" })], agents },
      p2: {
        steps: [update("u2", "c1"), mail("m2"), fill, { id: "look", tool: "vision_inspect" }],
        agents: { strong: agents.strong },
      },
      p3: { steps: [update("u3", "c3", { agent: "weak" })], agents: { weak: agents.weak } },
      p4: { steps: [{ id: "q1", tool: "ghl_search" }, update("u4", "c4", { after: ["q1"] })], deadline: 30 },
    };
    const facts = { ...noFacts, quotas: new Map([["ghl", { remaining: 2, resets_in_seconds: 3 }]]) };
    const schedule = resolveConflicts(inputOf(plans, { facts }));
    expect(brief(schedule.conflicts)).toEqual([
      "PERMISSION_CONFLICT REASSIGN resolved: u1",
      "PERMISSION_CONFLICT ABORT resolved: u3",
      "DUPLICATE_ACTION DELAY pending: m1, m2",
      "ORDERING_CONFLICT REASSIGN resolved: look, fill",
      "RESOURCE_CONFLICT DELAY resolved: u1, u2",
      "RATE_LIMIT_CONFLICT DELAY resolved: q1, u4",
      "TIMEOUT_CONFLICT DOWNGRADE resolved: u4",
    ]);
    const shown = new Set(schedule.conflicts.map(({ conflict_type }) => conflict_type));
    expect(shown, "a type that no plan of this test has").toEqual(new Set(conflictType.options));
    for (const conflict of schedule.conflicts) {
      expect(conflict.finding).not.toBe("");
      expect(conflict.resolution).not.toBe("");
      expect(Object.keys(conflict.details).length).toBeGreaterThan(0);
    }
  });
});
