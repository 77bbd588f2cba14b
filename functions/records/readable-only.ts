import pMap from "p-map";
import { newStepRecord } from "../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { Deps } from "../deps.ts";
import type { Loaded } from "./documents.ts";

type Stored = Pick<Deps, "approvals" | "steps">;
export type Scheduled = Pick<Loaded, "execution" | "schedule">;

const STEPS_READ_AT_A_TIME = 16;

/**
 * The ports as who ends an execution, or shows it, uses them where some of it cannot be read: the rest is there, and a
 * step whose events are damaged has ended, with that reason. Code that acts on the outside world never uses these.
 */
export const readableOnly = <Ports extends Stored>(ports: Ports, scheduled: Scheduled): Ports => ({
  ...ports,
  approvals: readableApprovals(ports.approvals),
  steps: readableSteps(ports.steps, scheduled),
});

/** Does it with what is on record; where some of that cannot be read, with the rest. */
export const withReadable = <Ports extends Stored, Value>(
  ports: Ports,
  load: () => Promise<Scheduled>,
  work: (ports: Ports) => Promise<Value>,
): Promise<Value> =>
  unlessDamaged(
    () => work(ports),
    async () => work(readableOnly(ports, await load())),
  );

const readableApprovals = (approvals: Deps["approvals"]): Deps["approvals"] => ({
  ...approvals,
  ofExecution: async (execution_id) => (await approvals.readable(execution_id)).items,
  get: (approval_id) =>
    unlessDamaged(
      () => approvals.get(approval_id),
      () => undefined,
    ),
  // One stands there already, which nobody can read: it is asked no more.
  open: (request, link) =>
    unlessDamaged(
      () => approvals.open(request, link),
      () => request,
    ),
});

const readableSteps = (steps: Deps["steps"], { execution, schedule }: Scheduled): Deps["steps"] => {
  const planOf = new Map(schedule.steps.map(({ step_id, plan_id }) => [step_id, plan_id]));
  const ended = (step_id: string, reason: string): StepRecord => ({
    ...newStepRecord(
      { execution_id: execution.execution_id, plan_id: planOf.get(step_id) ?? "", step_id },
      execution.submitted_at,
    ),
    state: "ABORTED",
    phase: "finished",
    ending: "failed",
    reason,
  });
  const get: Deps["steps"]["get"] = (execution_id, step_id) =>
    unlessDamaged(
      () => steps.get(execution_id, step_id),
      ({ message }) => ended(step_id, message),
    );
  return {
    ...steps,
    get,
    all: (execution_id) =>
      unlessDamaged(
        () => steps.all(execution_id),
        async () => {
          const options = { concurrency: STEPS_READ_AT_A_TIME };
          const each = await pMap(schedule.steps, ({ step_id }) => get(execution_id, step_id), options);
          return each.filter((record) => record !== undefined);
        },
      ),
  };
};
