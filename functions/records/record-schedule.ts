import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { BodyRef } from "../../shared/execution/record/step-record.ts";
import type { Deps } from "../deps.ts";
import { appendInRun } from "./append-in-run.ts";
import { readSchedule } from "./documents.ts";
import { toldConflicts } from "./told-conflicts.ts";

export type RecordScheduleDeps = Pick<Deps, "auditLog" | "bodies" | "clock">;

/** The event of the first schedule, which follows it; a repeated task writes it where a crash came between the two. */
export const recordSchedule = async (
  deps: RecordScheduleDeps,
  execution: Pick<ExecutionRecord, "execution_id" | "history">,
  ref: BodyRef,
): Promise<void> => {
  const { schedule } = await readSchedule(deps.bodies, ref);
  const conflicts = schedule.conflicts.map(({ conflict_id, conflict_type, resolution_strategy }) => ({
    conflict_id,
    conflict_type,
    resolution_strategy,
  }));
  const entry = {
    type: "conflicts_resolved",
    at: deps.clock.now().toISOString(),
    actor: "buddy",
    body: { schedule: ref, ...toldConflicts(conflicts) },
  };
  await appendInRun(deps, execution, entry, ({ type }) => type === entry.type);
};
