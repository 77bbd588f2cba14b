import { type Edge, schedule } from "../../shared/conflicts/schedule.ts";
import type { StepRecord } from "../../shared/execution/step-record.ts";
import { json } from "../../shared/plan/json.ts";
import { perform } from "../../simulation/people/operators.ts";
import { bookedAndUndone } from "../../simulation/plans/shapes.ts";
import type { Variant } from "../../simulation/world.ts";
import { ATTEMPTS_MEET, type Broken, type Circumstances, deps } from "./broken.ts";

/** Whoever reads the schedule does not see such edges. */
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

const dependencies = withoutEdges(({ kind }) => kind === "depends_on" || kind === "contract");

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
    variant: withoutEdges(() => true),
    // The leases of what was sent are given back.
    circumstances: { odds: { service: 0 } },
  },
  {
    what: "roll backs that know no order",
    caught_by: "undone-backwards",
    variant: dependencies,
    circumstances: ROLLED_BACK,
  },
  {
    what: "effects that count as standing when they were undone",
    caught_by: "rests-on-what-stands",
    variant: deps(({ steps }) => ({
      steps: {
        ...steps,
        all: async (execution_id) => (await steps.all(execution_id)).map(asStanding),
      },
    })),
    circumstances: { draw: bookedAndUndone },
  },
  {
    what: "conclusions that are written once more",
    caught_by: "concluded-once",
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
