import type { ConflictDraft, ConflictRule } from "./conflict-rule.ts";
import { endsInTime } from "./deadline.ts";
import {
  capStep,
  holdStep,
  isLive,
  secondsFor,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

type OpenCircuit = { kind: "circuit"; tool: string; seconds_left: number; reason: string; steps: WorkingStep[] };
type Late = { kind: "late"; deadline: number; critical: number; steps: WorkingStep[] };
type Found = OpenCircuit | Late;

const openCircuits = (working: WorkingSchedule, plan: WorkingPlan): OpenCircuit[] => {
  const { open_circuits } = working.input.facts;
  if (open_circuits.size === 0) return [];
  const waiting = plan.steps.filter((step) => {
    const circuit = open_circuits.get(step.step.tool_name);
    return circuit !== undefined && isLive(step) && step.not_before_seconds < circuit.seconds_left;
  });
  return [...Map.groupBy(waiting, ({ step }) => step.tool_name)].flatMap(([tool, steps]): OpenCircuit[] => {
    const circuit = open_circuits.get(tool);
    return circuit === undefined ? [] : [{ kind: "circuit", tool, ...circuit, steps }];
  });
};

/** In the order of turns, which a plan's steps are not listed in when some of them were moved. */
const inTurn = (plan: WorkingPlan): WorkingStep[] => plan.steps.toSorted((a, b) => a.turn - b.turn);

/**
 * Earliest end of each step along the plan's own edges: its latest predecessor's end or its `not_before_seconds`,
 * whichever is later, plus its own duration (critical path method; durations are typical latencies, else timeouts).
 * Waits for other plans are left out: they are mostly waits for people, which a deadline excludes. A step that does
 * not go LIVE takes no time here, and one that ends too late is counted out, so that what follows can be judged alone.
 */
const late = (working: WorkingSchedule, plan: WorkingPlan): Late[] => {
  const deadline = plan.head.deadline_seconds;
  if (deadline === null) return [];
  const ready = new Map<WorkingStep, number>();
  const after = Map.groupBy(plan.edges, ({ before }) => before);
  const steps: WorkingStep[] = [];
  let critical = 0;
  for (const step of inTurn(plan)) {
    const free = ready.get(step) ?? 0;
    const end = isLive(step) ? Math.max(free, step.not_before_seconds) + secondsFor(working, step) : free;
    if (isLive(step)) critical = Math.max(critical, end);
    const tooLate = isLive(step) && end > deadline;
    if (tooLate) steps.push(step);
    for (const edge of after.get(step) ?? [])
      ready.set(edge.after, Math.max(ready.get(edge.after) ?? 0, tooLate ? free : end));
  }
  return steps.length === 0 ? [] : [{ kind: "late", deadline, critical, steps }];
};

const detect = (working: WorkingSchedule): Found[] =>
  working.plans.flatMap((plan): Found[] => {
    const circuits = openCircuits(working, plan);
    // Delays by circuits come first: they are part of the critical path.
    return circuits.length > 0 ? circuits : late(working, plan);
  });

const downgrade = (working: WorkingSchedule, steps: readonly WorkingStep[], message: string): WorkingStep[] => {
  const lastFirst = steps.toReversed();
  for (const step of lastFirst) capStep(working, step, { cause: "conflict", mode: "DRY_RUN", message });
  return lastFirst;
};

const resolveCircuit = (
  working: WorkingSchedule,
  { tool, seconds_left, reason, steps }: OpenCircuit,
): ConflictDraft[] => {
  const finding = `no call of ${tool} for ${seconds_left} s: ${reason}`;
  const details = { tool_name: tool, seconds_left, reason };
  const [inTime, tooLate] = [
    steps.filter((step) => endsInTime(working, step, seconds_left)),
    steps.filter((step) => !endsInTime(working, step, seconds_left)),
  ];
  for (const step of inTime) holdStep(working, step, seconds_left);
  const resolution = `LIVE not before ${seconds_left} s after its submission`;
  const held: ConflictDraft = { steps: inTime, strategy: "DELAY", status: "resolved", finding, resolution, details };
  const message = `${tool} is not to be called for longer than the plan's deadline allows: ${reason}`;
  const capped: ConflictDraft = {
    steps: downgrade(working, tooLate, message),
    strategy: "DOWNGRADE",
    status: "resolved",
    finding,
    resolution: "ends in DRY_RUN: the plan's deadline is over before the tool may be called again",
    details,
  };
  return [held, capped].filter((draft) => draft.steps.length > 0);
};

const resolveLate = (working: WorkingSchedule, { deadline, critical, steps }: Late): ConflictDraft[] => {
  const ids = steps.map(({ step }) => step.step_id);
  const message = `cannot finish within the plan's deadline of ${deadline} s: its longest chain of steps takes ${critical} s`;
  return [
    {
      steps: downgrade(working, steps, message),
      strategy: "DOWNGRADE",
      status: "resolved",
      finding: `the critical path takes ${critical} s, the plan's deadline is ${deadline} s; ${ids.join(", ")} cannot finish in time`,
      resolution: `${ids.length} ${ids.length === 1 ? "ends" : "end"} in DRY_RUN`,
      details: { deadline_seconds: deadline, critical_path_seconds: critical },
    },
  ];
};

/** The critical path cannot meet the plan's deadline; or a tool's circuit is open, since it keeps timing out or was asked not to call. */
export const timeoutConflict: ConflictRule<Found> = {
  type: "TIMEOUT_CONFLICT",
  severity: 4,
  reads: ["live", "times"],
  detect,
  resolve: (working, found) =>
    found.kind === "circuit" ? resolveCircuit(working, found) : resolveLate(working, found),
};
