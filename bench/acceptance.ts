import { noFacts } from "../shared/conflicts/facts.ts";
import { resolveConflicts } from "../shared/conflicts/resolve-conflicts.ts";
import { contractViolations } from "../shared/contracts/check-plan.ts";
import { executionConfig } from "../shared/plan/config.ts";
import { acceptSubmission } from "../shared/plan/submission.ts";
import { syntheticInput } from "./conflicts.ts";
import { atMost, type Figure, figureOf, mebibytes, medianOf, timed } from "./figure.ts";

const SIZES = [100, 1_000, 10_000] as const;
/** Enough for the compiler to have settled at every size. */
const WARM_UP_STEPS = 50_000;
const RUNS = 15;

/** A body as an agent sends it, of as many steps, and what turns it into an order: accept, check, resolve. */
const workload = (steps: number): { readonly text: string; readonly run: () => number } => {
  const { plans, contracts } = syntheticInput(steps);
  const sent = {
    plans: plans.map(({ plan_id, deadline_seconds, agents, steps: planned }) => ({
      plan_id,
      deadline_seconds,
      agents,
      steps: planned.map(({ source_step_id, agent_id, tool_name, arguments: args, confidence, depends_on }) => ({
        step_id: source_step_id,
        agent_id,
        tool_name,
        arguments: args,
        confidence,
        depends_on: depends_on.map((id) => id.slice(plan_id.length + 1)),
      })),
    })),
  };
  const text = JSON.stringify(sent);
  const body: unknown = JSON.parse(text);
  const registries = { tools: contracts, agents: new Map(), registry_open: true, submitter: "bench" };
  const run = (): number => {
    const accepted = acceptSubmission(body, registries);
    if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
    const violations = contractViolations(accepted.value.plans, contracts, accepted.value.plan_paths);
    if (violations.length > 0) throw new Error(JSON.stringify(violations));
    const config = executionConfig.parse({});
    const schedule = resolveConflicts({
      plans: accepted.value.plans,
      contracts,
      config,
      agents: new Map(),
      registry_open: true,
      live_enabled: true,
      facts: noFacts,
    });
    return schedule.steps.length;
  };
  return { text, run };
};

/** From the body of a request to the order of its steps, without storing anything. */
export const benchAcceptance = async (): Promise<Figure[]> => {
  const perStep = new Map<number, number>();
  const figures: Figure[] = [];
  for (const steps of SIZES) {
    const { text, run } = workload(steps);
    for (let warmed = 0; warmed < WARM_UP_STEPS; warmed += steps) run();
    const times: number[] = [];
    const json: number[] = [];
    for (let runs = 0; runs < RUNS; runs += 1) {
      times.push(await timed(run));
      json.push(await timed(() => JSON.stringify(JSON.parse(text))));
    }
    const milliseconds = medianOf(times);
    perStep.set(steps, milliseconds / steps);
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    run();
    const heap = mebibytes(Math.max(0, process.memoryUsage().heapUsed - before));
    figures.push(figureOf(`accept, resolve and order ${steps} steps`, milliseconds, "ms"));
    const beside = `the same for ${steps} steps, beside JSON.parse and JSON.stringify of the body`;
    figures.push(atMost(figureOf(beside, milliseconds / medianOf(json), "x"), 3));
    figures.push(figureOf(`heap used to accept, resolve and order ${steps} steps`, heap, "MiB"));
  }
  const growth = (perStep.get(10_000) ?? Number.NaN) / (perStep.get(1_000) ?? Number.NaN);
  return [...figures, atMost(figureOf("time per step, 10000 steps against 1000", growth, "x"), 1.3)];
};
