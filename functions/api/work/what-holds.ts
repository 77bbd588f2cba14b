import { whatStops } from "../../../shared/execution/attempt/start.ts";
import { lockInWords, lockOnCall } from "../../../shared/execution/lock.ts";
import { isReadingRung, type WorkCall } from "../../../shared/execution/work.ts";
import type { Deps } from "../../deps.ts";

export type HoldsDeps = Pick<Deps, "executions" | "inFlightCalls" | "locks" | "settings">;

/**
 * Why a call that a worker took is not to be given to it. It stood among the calls in flight before anybody could take
 * it, and may have waited since: whoever locks, aborts or switches LIVE off lists it, and what is handed out after their
 * word would still be made against it. All is read with strong consistency. A look-up is not held: it tells
 * what became of a call that is out already.
 */
export const whatHolds = async (deps: HoldsDeps, call: WorkCall): Promise<string | undefined> => {
  const { execution_id, step_id, side, rung } = call;
  if (isReadingRung(rung) || rung === "look_up") return undefined;
  const inFlight = await deps.inFlightCalls.get({ execution_id, step_id, side });
  if (inFlight === undefined) return "it stands among the calls in flight no more, so nobody waits for it";
  const lock = lockOnCall(await deps.locks.all(), inFlight);
  const stop = whatStops({
    moved: false,
    late: false,
    lock: lock && lockInWords(lock),
    forward: side === "forward" ? await forwardNow(deps, execution_id) : undefined,
    rests: undefined,
  });
  return stop?.reason;
};

/** A workflow run that another has followed is not looked for: its call in flight keeps the next one from beginning. */
const forwardNow = async ({ executions, settings }: HoldsDeps, execution_id: string) => {
  const [execution, live_enabled] = await Promise.all([executions.get(execution_id), settings.liveEnabled()]);
  return { execution, history: execution?.history ?? 0, live_enabled, fallen: undefined };
};
