import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { wasSetBack } from "../../shared/plan/set-back.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { PendingAnnouncement } from "../../shared/ports/executions.ts";
import type { Deps } from "../deps.ts";
import { runInput } from "./run-life-cycle.ts";

type Announcing = Pick<Deps, "bus" | "clock" | "executions" | "pendingAnnouncements">;

/**
 * A publisher announces the end that it wrote in the next moment; a mark that is older is of one who died between the
 * two.
 */
const ANNOUNCED_WITHIN_SECONDS = 60;

/** Says beside the execution, before the write that ends it, that its end is to be announced. */
export const markAnnouncement = (
  { clock, pendingAnnouncements }: Pick<Deps, "clock" | "pendingAnnouncements">,
  { execution_id, history }: Pick<ExecutionRecord, "execution_id" | "history">,
): Promise<void> => pendingAnnouncements.put({ execution_id, history, since: clock.now().toISOString() });

/** OrchestrationCompleted, and its mark in the outbox is removed. An end that is announced twice has the same id. */
export const announceEnd = async (
  { bus, pendingAnnouncements }: Pick<Deps, "bus" | "pendingAnnouncements">,
  execution: ExecutionRecord,
): Promise<void> => {
  const { execution_id, history, status, manifests, schedule } = execution;
  if (schedule !== null) {
    const { correlation_id } = runInput(execution);
    const detail = { id: `${execution_id}/${manifests}`, execution_id, status, manifest: manifests, correlation_id };
    await bus.publish([{ type: "OrchestrationCompleted", detail }]);
  }
  await pendingAnnouncements.remove({ execution_id, history });
};

/**
 * Announces the ends that nobody has: the machine went down between the last write of an execution and the event. One
 * that was taken up again since is announced when it ends again.
 * @returns how many
 */
export const announcePending = async (deps: Announcing): Promise<number> => {
  const now = deps.clock.now();
  const oldest = now.getTime() - ANNOUNCED_WITHIN_SECONDS * 1_000;
  const isLeft = ({ since }: PendingAnnouncement): boolean =>
    Date.parse(since) <= oldest || wasSetBack(now.toISOString(), since);
  const pending = (await deps.pendingAnnouncements.all()).filter(isLeft);
  let announced = 0;
  for (const each of pending) {
    const execution = await endedAs(deps, each);
    if (execution === "gone") await deps.pendingAnnouncements.remove(each);
    if (typeof execution === "string") continue;
    await announceEnd(deps, execution);
    announced += 1;
  }
  return announced;
};

const endedAs = async (
  { executions }: Pick<Deps, "executions">,
  { execution_id, history }: PendingAnnouncement,
): Promise<ExecutionRecord | "goes on" | "gone"> => {
  const execution = await unlessDamaged(
    () => executions.get(execution_id),
    () => "goes on" as const,
  );
  if (execution === undefined) return "gone";
  if (execution === "goes on") return execution;
  if (execution.history !== history) return "gone";
  return execution.status === "RUNNING" ? "goes on" : execution;
};
