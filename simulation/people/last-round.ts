import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { DecisionWord } from "../../shared/execution/approval/decide.ts";
import { APPROVERS } from "../names.ts";
import type { World } from "../world.ts";
import { decideAs, truthOf } from "./approvers.ts";
import { perform, resume, unlockAndResume } from "./operators.ts";

/** More than two clocks can be apart, so that what somebody with a wrong clock wrote lies in the past. */
const A_WHILE_MS = 900_000;

/**
 * The acts that are left to people when nothing goes on by itself: lift locks, resume, answer. The promise is that
 * after it something goes on.
 * @returns false when there was nothing left to do
 */
export const lastRound = async (world: World): Promise<boolean> => {
  const { ports } = world.facts;
  const todo: (() => Promise<void>)[] = [];
  // A decision that fell between an execution's last pass and its end is the sweeper's to apply; so is an end whose
  // publisher died before it was announced, and the event of a stop that the audit could not take.
  const pending = [
    ...(await ports.pendingDecisions.all()),
    ...(await ports.pendingAnnouncements.all()),
    ...(await ports.pendingStops.all()),
  ];
  let sweeps = pending.length > 0;
  for (const lock of await ports.locks.all()) todo.push(() => unlockAndResume(world, lock.scope));
  for (const execution_id of world.executions) {
    const execution = await ports.executions.get(execution_id);
    const records = await ports.steps.all(execution_id);
    const locked = records.some(
      ({ state, phase }) => state === "LOCKED" && (phase === "open" || phase === "undo_frozen"),
    );
    const asked = (await ports.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");
    if (locked) todo.push(() => resume(world, execution_id));
    for (const request of asked) {
      todo.push(() => decideAs(world, request.approval_id, APPROVERS[0], lastWord(world, request), request.digest));
    }
    // Nobody is asked and nothing is locked: only the sweeper may be what it waits for.
    sweeps ||= execution?.status === "RUNNING" && !locked && asked.length === 0;
  }
  if (sweeps) todo.push(() => perform(world, { kind: "sweep" }));
  world.scheduler.after(A_WHILE_MS, () => {
    for (const each of todo) each().catch((error: unknown) => world.scheduler.fail(error));
  });
  return todo.length > 0;
};

export const lastWord = (world: World, request: ApprovalRequest): DecisionWord => {
  switch (request.kind) {
    case "approve":
    case "undo":
      return "approve";
    case "undo_failed":
      return "accepted";
    default:
      return truthOf(world, request);
  }
};
