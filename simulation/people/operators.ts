import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { switchLive } from "../../functions/api/act/switch-live.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import type { LockScope } from "../../shared/execution/lock/lock.ts";
import { APPROVERS } from "../names.ts";
import type { Act } from "../plans/acts.ts";
import type { World } from "../world.ts";

const [FIRST, SECOND] = APPROVERS;
const because = { reason: "because" };

/** Does it, again and again until it was answered; a refusal is an answer. */
export const perform = async (world: World, act: Act): Promise<void> => {
  world.trace.add(() => `ACT ${JSON.stringify(act)}`);
  switch (act.kind) {
    case "lock":
      await lock(world, act);
      return;
    case "abort":
      await world.insist("abort", async (deps) => {
        const reply = await abortExecution(deps)(act.execution_id, { by: FIRST, ...because });
        if (reply.ok) world.watches.aborted(act.execution_id);
      });
      return;
    case "live_off":
      await liveOff(world, act.for_seconds);
      return;
    case "roll_back":
      await world.insist("roll back", (deps) =>
        rollBackExecution(deps)(act.execution_id, { by: FIRST, ...because }, act.depth),
      );
      return;
    case "meddle":
      world.service.meddle(act.thing, "meddled with");
      return;
    case "restart":
      world.restart();
      return;
    case "take_up":
      world.takeUp();
      return;
    case "sweep":
      await world.request("sweep", (deps) => sweep(deps)());
  }
};

/** Locks, and when the time is over a second person unlocks and resumes. */
const lock = async (world: World, { scope, mode, for_seconds }: Extract<Act, { kind: "lock" }>): Promise<void> => {
  await world.insist("lock", async (deps) => {
    const reply = await lockSystem(deps)({ scope, mode, ...because }, FIRST);
    world.watches.locked(reply.lock, reply.can_still_run);
  });
  await new Promise<void>((resolve) => world.scheduler.after(for_seconds * 1000, resolve));
  await unlockAndResume(world, scope);
};

/** Switches LIVE off for the deployment; a second person switches it on when the time is over. */
const liveOff = async (world: World, for_seconds: number): Promise<void> => {
  await world.insist("switch LIVE off", async (deps) => {
    const reply = await switchLive(deps)({ enabled: false, ...because }, FIRST);
    if (!reply.live_enabled) world.watches.switchedOff();
  });
  await new Promise<void>((resolve) => world.scheduler.after(for_seconds * 1000, resolve));
  await world.insist("switch LIVE on", (deps) => switchLive(deps)({ enabled: true, ...because }, SECOND));
};

export const unlockAndResume = async (world: World, scope: LockScope): Promise<void> => {
  await world.insist("unlock", (deps) => unlockSystem(deps)({ scope, ...because }, SECOND));
  for (const execution_id of world.executions) await resume(world, execution_id);
};

export const resume = async (world: World, execution_id: string): Promise<void> => {
  await world.insist("resume", (deps) => resumeExecution(deps)(execution_id, { by: SECOND, ...because }));
};
