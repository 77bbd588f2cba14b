import { live } from "../../functions/execution/attempt/live.ts";
import { nextWave } from "../../functions/execution/pass/next-wave.ts";
import { forgetDocuments } from "../../functions/records/documents.ts";
import { workflowRun } from "../../functions/records/workflow-input.ts";
import { workflowTasks } from "../../functions/run/tasks.ts";
import { type Edge, schedule } from "../../shared/conflicts/schedule.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { json } from "../../shared/plan/json.ts";
import type { Bodies } from "../../shared/ports/bodies.ts";
import { perform } from "../../simulation/people/operators.ts";
import { actOnEvents } from "../../simulation/people/scripted-people.ts";
import type { Act } from "../../simulation/plans/acts.ts";
import { bookedAndUndone, oneThingInTurn, sameMailKnownLate } from "../../simulation/plans/shapes.ts";
import type { Variant } from "../../simulation/world.ts";
import { ATTEMPTS_MEET, type Broken, type Circumstances, deps } from "./broken.ts";

/** A reader of the schedule does not see such edges. */
const withoutEdges = (hidden: (edge: Edge) => boolean): Variant =>
  deps(({ bodies }) => ({
    bodies: {
      ...bodies,
      get: async (ref) => {
        const body = await bodies.get(ref);
        if (!ref.key.includes("/schedules/")) return body;
        const whole = schedule.parse(body);
        return json.parse({ ...whole, edges: whole.edges.filter((edge) => !hidden(edge)) });
      },
    },
  }));

const asMade = (row: LedgerRow): LedgerRow => (row.status === "INTENT" ? { ...row, status: "COMMITTED" } : row);

const dependencies = withoutEdges(({ kind }) => kind === "depends_on" || kind === "contract");

/** A pass that undoes what a person asked for sees no edge between plans. */
const eachPlanAlone: Variant = {
  tasks: (tasks, whole) => ({
    ...tasks,
    "Next wave": async (input) => {
      const { execution_id } = workflowRun.parse(input);
      const undoes = ((await whole.executions.get(execution_id))?.rollback_requested ?? null) !== null;
      if (!undoes) return nextWave(whole)(input);
      // Documents are kept by their digest, whoever read them.
      forgetDocuments();
      return nextWave({ ...whole, bodies: withinPlans(whole.bodies) })(input).finally(forgetDocuments);
    },
  }),
};

const withinPlans = (bodies: Bodies): Bodies => ({
  ...bodies,
  get: async (ref) => {
    const body = await bodies.get(ref);
    if (!ref.key.includes("/schedules/")) return body;
    const whole = schedule.parse(body);
    const planOf = new Map(whole.steps.map(({ step_id, plan_id }) => [step_id, plan_id]));
    const edges = whole.edges.filter(({ before, after }) => planOf.get(before) === planOf.get(after));
    return json.parse({ ...whole, edges });
  },
});

/** A person undoes all that was done, when it was. */
const ROLLED_BACK: Circumstances = {
  odds: { death: 0, service: 0, task: 0 },
  prepare: (world) => {
    world.scheduler.after(1_400_000, () => {
      perform(world, { kind: "roll_back", execution_id: "x1", depth: null }).catch((error: unknown) =>
        world.scheduler.fail(error),
      );
    });
  },
};

const asStanding = (record: StepRecord): StepRecord =>
  record.ending === "compensated" ? { ...record, ending: "live" } : record;

/** Somebody does it at the moment at which a call may begin. */
const atTheMoment = (act: Act): Circumstances => ({
  odds: { delay: 0.2, service: 0 },
  prepare: (world) => actOnEvents(world, { live_allowed: act, approved: act }),
});

/** LIVE does not see what was said since the wave began. */
const liveSees = (blind: (whole: Parameters<typeof live>[0]) => Partial<Parameters<typeof live>[0]>): Variant => ({
  tasks: (tasks, whole) => ({ ...tasks, Live: live({ ...whole, ...blind(whole) }) }),
});

/** The core with its order broken on purpose, or what stops it. */
export const BROKEN_ORDER: readonly Broken[] = [
  {
    what: "steps that do not wait for what they depend on",
    caught_by: "nothing-refused-ahead",
    variant: dependencies,
  },
  {
    what: "steps that do not wait for what they depend on",
    caught_by: "in-plan-order",
    rare_seed: 77,
    variant: withoutEdges(() => true),
    // The leases of what was sent are given back.
    circumstances: { odds: { service: 0 } },
  },
  {
    what: "roll backs that know no order",
    caught_by: "undone-backwards",
    rare_seed: 20,
    variant: dependencies,
    circumstances: ROLLED_BACK,
  },
  {
    what: "roll backs of several plans that know the order within each alone",
    caught_by: "undone-backwards",
    variant: eachPlanAlone,
    circumstances: { ...ROLLED_BACK, draw: oneThingInTurn },
  },
  {
    what: "effects that count as standing when they were undone",
    caught_by: "rests-on-what-stands",
    rare_seed: 11,
    variant: deps(({ steps }) => ({
      steps: {
        ...steps,
        all: async (execution_id) => (await steps.all(execution_id)).map(asStanding),
      },
    })),
    circumstances: { draw: bookedAndUndone },
  },
  {
    what: "undos that do not look at what other executions did on the call",
    caught_by: "undoes-what-nobody-rests-on",
    variant: deps(({ ledger }) => ({ ledger: { ...ledger, restingOn: async () => [] } })),
    circumstances: { ...ROLLED_BACK, draw: bookedAndUndone },
  },
  {
    what: "calls that are not found by what they do",
    caught_by: "acts-once",
    rare_seed: 10,
    variant: deps(({ ledger }) => ({ ledger: { ...ledger, callsLike: async () => [] } })),
  },
  {
    what: "calls that count as made while they are under way",
    caught_by: "takes-what-was-made",
    variant: deps(({ ledger }) => ({
      ledger: { ...ledger, callsLike: async (call, since) => (await ledger.callsLike(call, since)).map(asMade) },
    })),
    rare_seed: 42,
    circumstances: { draw: sameMailKnownLate, odds: { service: 0.3 } },
  },
  {
    what: "an abort that LIVE does not see",
    caught_by: "abort-holds",
    rare_seed: 130,
    variant: liveSees(({ executions }) => ({
      executions: {
        ...executions,
        get: async (execution_id) => {
          const record = await executions.get(execution_id);
          return record && { ...record, abort_requested: null };
        },
      },
    })),
    circumstances: atTheMoment({ kind: "abort", execution_id: "x1" }),
  },
  {
    what: "a switch that nobody looks at",
    caught_by: "switch-holds",
    variant: {
      tasks: (_tasks, whole) => {
        const blind = { ...whole, settings: { ...whole.settings, liveEnabled: async () => true } };
        return workflowTasks({ deps: blind, mocking: whole.toolbox, previewing: whole.toolbox }).tasks;
      },
    },
    circumstances: atTheMoment({ kind: "live_off", for_seconds: 400 }),
  },
  {
    what: "conclusions that are written once more",
    caught_by: "concluded-once",
    rare_seed: 7,
    variant: deps(({ auditLog }) => ({
      auditLog: {
        ...auditLog,
        appendOnce: (execution_id, chain, entry, ...how) =>
          entry.type === "concluded"
            ? auditLog.append(execution_id, chain, entry)
            : auditLog.appendOnce(execution_id, chain, entry, ...how),
      },
    })),
    circumstances: ATTEMPTS_MEET,
  },
];
