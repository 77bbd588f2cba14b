import pMap from "p-map";
import { isHeld } from "../../../shared/execution/lock/hold.ts";
import type { Lock } from "../../../shared/execution/lock/lock.ts";
import { locksOn } from "../../../shared/execution/lock/step-locks.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../records/documents.ts";
import { standingOf } from "../../records/run-life-cycle.ts";
import type { HeldExecution, HeldPage } from "../schemas.ts";
import { summaryOf } from "./summaries.ts";

export type HoldDeps = Pick<Deps, "executions" | "steps" | "locks" | "bodies">;

/**
 * The steps of an execution that locks hold: how many steps, and the lock that still applies to every one of them, if
 * one does.
 */
export type Hold = { readonly steps: number; readonly lock: Lock | undefined };

/** @returns undefined where no step is held by a lock: nothing to take up */
export const holdOn = async (
  deps: HoldDeps,
  execution: ExecutionRecord,
  locks: readonly Lock[],
): Promise<Hold | undefined> => {
  const { execution_id } = execution;
  const standing = standingOf(execution);
  if ((standing !== "RUNNING" && standing !== "LOCKED") || execution.schedule === null) return undefined;
  const records = await deps.steps.all(execution_id);
  const held = new Map(records.filter(isHeld).map((record) => [record.step_id, record]));
  if (held.size === 0) return undefined;
  const { schedule, submission } = await loadExecution(deps, execution_id);
  const holding = schedule.steps.flatMap((step) => {
    const record = held.get(step.step_id);
    if (record === undefined) return [];
    return [locksOn(locks, execution_id, step, record, submission.contractOf.get(step.tool_name))[0]];
  });
  return { steps: holding.length, lock: holding.includes(undefined) ? undefined : holding[0] };
};

/** Executions looked at together; each that may be held has its steps read. */
const PORTION = 25;
const READ_AT_A_TIME = 8;

/** A page ends then, however little it found: those that are held may stand far behind. */
const WITHIN_MS = 10_000;

/** Executions that locks hold, the newest first, and whether it can be taken up now. @throws InvalidPageToken */
export const heldExecutions =
  (deps: HoldDeps & Pick<Deps, "clock">) =>
  async (page: { readonly limit: number; readonly next?: string | undefined }): Promise<HeldPage> => {
    const begun = deps.clock.now().getTime();
    const locks = await deps.locks.all();
    const unreadable: string[] = [];
    const lookAt = async (execution: ExecutionRecord): Promise<HeldExecution[]> => {
      const hold = await holdOn(deps, execution, locks);
      if (hold === undefined) return [];
      const { execution_id, status, submitted_by, submitted_at, plan_ids } = summaryOf(execution);
      const shown = { execution_id, status, submitted_by, submitted_at, plan_ids };
      return [{ ...shown, steps_held: hold.steps, held_by: hold.lock ?? null }];
    };
    const look = (execution: ExecutionRecord): Promise<HeldExecution[]> =>
      unlessDamaged(
        () => lookAt(execution),
        ({ place }) => {
          unreadable.push(place);
          return [];
        },
      );
    const items: HeldExecution[] = [];
    let next: string | null = page.next ?? null;
    do {
      const limit = Math.min(PORTION, page.limit - items.length);
      const portion: Awaited<ReturnType<HoldDeps["executions"]["list"]>> = await deps.executions.list({ limit, next });
      unreadable.push(...portion.unreadable);
      items.push(...(await pMap(portion.items, look, { concurrency: READ_AT_A_TIME })).flat());
      next = portion.next;
    } while (next !== null && items.length < page.limit && deps.clock.now().getTime() - begun < WITHIN_MS);
    return { items, unreadable, next };
  };
