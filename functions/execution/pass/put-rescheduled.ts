import type { Conflict, Schedule } from "../../../shared/conflicts/schedule.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { bodyRef } from "../../../shared/execution/record/step-record.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { appendInRun } from "../../records/append-in-run.ts";
import { toldConflicts } from "../../records/told-conflicts.ts";

type Using = Pick<Deps, "executions" | "bodies" | "auditLog" | "clock">;

/** Why a schedule is changed: two changes with the same `about` are one. */
export type Rescheduling = {
  readonly actor: string;
  readonly about: { readonly step_id: string } & ({ readonly approval_id: string } | { readonly same_call: string });
};

/**
 * Puts a changed schedule in force: its event first, then the execution's record. A pass that died between the two may
 * have found another order, from facts of its moment: the one on record holds.
 * @returns the execution's record as it is now
 */
export const putRescheduled = async (
  deps: Using,
  execution: ExecutionRecord,
  changed: { readonly schedule: Schedule; readonly conflicts: readonly Conflict[] },
  { actor, about }: Rescheduling,
): Promise<ExecutionRecord> => {
  const { execution_id } = execution;
  const entry = {
    type: "rescheduled",
    at: deps.clock.now().toISOString(),
    actor,
    body: {
      ...about,
      schedule: await deps.bodies.put(`executions/${execution_id}/schedules`, changed.schedule),
      ...toldConflicts(changed.conflicts.map(({ conflict_id, conflict_type }) => ({ conflict_id, conflict_type }))),
    },
  };
  const there = await appendInRun(
    deps,
    execution,
    entry,
    ({ type, body }) => type === entry.type && Object.entries(about).every(([name, value]) => body[name] === value),
  );
  if (there === undefined) throw new Error(`execution ${execution_id} ended before it was rescheduled`);
  const updated = await deps.executions.update({ ...execution, schedule: bodyRef.parse(there.body.schedule) });
  if (updated === "moved") throw new Contended(`execution ${execution_id}`, 1);
  return updated;
};
