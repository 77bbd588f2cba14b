import { callsWithin, type Lock, type LockMode, type LockScope, lockId } from "../../../shared/execution/lock/lock.ts";
import { nameWithId } from "../../../shared/plan/called.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { mayBeSamePerson } from "../../../shared/plan/same-person.ts";
import { didYouMean, quoted } from "../../../shared/plan/suggestion.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { conflicting, problemOf } from "../http/problems.ts";
import type { LockReply, Problem, UnlockReply } from "../schemas.ts";
import { recordLifting, recordStop } from "./record-operator.ts";
import { tellRunning } from "./tell-running.ts";

type Using = Pick<
  Deps,
  "locks" | "inFlightCalls" | "executions" | "waker" | "workflow" | "auditLog" | "clock" | "log" | "pendingStops"
>;

/**
 * Locks a scope and answers with the calls of that scope that can still run. The order is the promise: the lock is written, then all
 * calls in flight are read; a call whose row is not among them reads the lock before it is sent. The telling and the
 * audit come after, because what counts is that the lock stands.
 */
export const lockSystem =
  (deps: Using) =>
  async (
    asked: { readonly scope: LockScope; readonly mode: LockMode; readonly reason: string },
    caller: string,
  ): Promise<LockReply> => {
    const at = deps.clock.now().toISOString();
    const lock = await place(deps, { lock_id: lockId(asked.scope), ...asked, locked_by: caller, locked_at: at });
    const can_still_run = callsWithin(asked.scope, await deps.inFlightCalls.all());
    const { lock_id, mode } = lock;
    const running = can_still_run.map(({ execution_id, step_id, side }) => ({ execution_id, step_id, side }));
    const body = { lock_id, mode, reason: asked.reason, can_still_run: running };
    const told = await recordStop(deps, { type: "locked", at, actor: caller, body }, () =>
      tellRunning(deps, () => concerned(deps, asked.scope), "a lock"),
    );
    return { lock, can_still_run, ...told };
  };

const concerned = async ({ executions }: Pick<Using, "executions">, scope: LockScope): Promise<readonly string[]> =>
  scope.kind === "execution" ? [scope.execution_id] : executions.running();

/** Others may place or lift the same lock at the same moment; so often in a row they do not. */
const TURNS = 20;

/**
 * A scope has one lock, and locking never loosens it: what is as strict already stays, with who placed it. Also of two
 * who lock at the same moment: the milder would undo what the stricter was answered.
 */
const place = (deps: Pick<Using, "locks">, wanted: Lock): Promise<Lock> =>
  compareAndSet(`lock ${wanted.lock_id}`, TURNS, async () => {
    const standing = await standingLock(deps, wanted.lock_id);
    if (standing !== undefined && (standing.mode === "freeze_all" || standing.mode === wanted.mode)) return standing;
    return (await deps.locks.place(wanted, standing)) ? wanted : "moved";
  });

const standingLock = async (deps: Pick<Using, "locks">, lock_id: string): Promise<Lock | undefined> =>
  (await deps.locks.all()).find((lock) => lock.lock_id === lock_id);

/**
 * Lifts a lock; a second person must do it. Steps that it held stay where they are until each execution is resumed. The
 * audit comes first: a lock that still stands though the audit says otherwise harms nobody. Only the lock that was seen
 * is lifted: one that was placed in between, or made stricter, has been answered, and holds; then the audit says that
 * too.
 */
export const unlockSystem =
  (deps: Using & Pick<Deps, "callerNames">) =>
  async (
    { scope, reason }: { readonly scope: LockScope; readonly reason: string },
    caller: string,
  ): Promise<Result<UnlockReply, Problem>> => {
    const lock_id = lockId(scope);
    const locks = await deps.locks.all();
    const standing = locks.find((lock) => lock.lock_id === lock_id);
    if (standing === undefined) {
      const near = didYouMean(
        lock_id,
        locks.map((lock) => lock.lock_id),
      );
      return refuse(problemOf("not-found", `lock ${quoted(lock_id)} does not exist${near}`));
    }
    if (mayBeSamePerson(standing.locked_by, caller)) {
      const who = nameWithId(await calledNow(deps), standing.locked_by);
      return refuse(problemOf("forbidden", `${who} locked it: a second person must unlock`, { reason: "four_eyes" }));
    }
    const at = deps.clock.now().toISOString();
    await recordLifting(deps, caller, at, "unlocked", { lock_id, reason, locked_by: standing.locked_by });
    const another = (await deps.locks.remove(standing)) ? undefined : await standingLock(deps, lock_id);
    if (another === undefined) return accept({ unlocked: standing });
    const { mode, locked_by, locked_at } = another;
    const seen_at = deps.clock.now().toISOString();
    await recordLifting(deps, caller, seen_at, "unlock_refused", { lock_id, mode, locked_by, locked_at });
    const who = nameWithId(await calledNow(deps), locked_by);
    return refuse(
      conflicting(`lock ${lock_id} is now that of ${who}, placed at ${locked_at}: look at it, and unlock again`),
    );
  };
