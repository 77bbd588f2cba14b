import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";
import { keepPendingStop, recordPendingStops, stillToBeWritten } from "../../records/pending-stops.ts";

/** Acts of operators stand in a chain of their own, outside any execution. */
export const recordOperator = async (
  deps: Pick<Deps, "auditLog">,
  actor: string,
  at: string,
  type: string,
  body: JsonObject,
): Promise<void> => {
  await deps.auditLog.append(OPERATORS, OPERATORS, { type, at, actor, body });
};

/**
 * The same of an act that lifts a stop. Stops before it whose events the chain could not take come first: else the chain
 * said last that what it lifted stands.
 * @throws where one of these cannot be written: then nothing is on record of the act, which must not count
 */
export const recordLifting = async (
  deps: Pick<Deps, "auditLog" | "pendingStops">,
  ...event: readonly [actor: string, at: string, type: string, body: JsonObject]
): Promise<void> => {
  await recordPendingStops(deps);
  await recordOperator(deps, ...event);
};

/**
 * The same of an act that stops, which counts already: whatever keeps its event from the chain, it must not be answered as
 * if it did not. The event is kept beside the chain, as those of stops before it are; who lifts a stop, the next who
 * stops, and the sweeper write them in turn.
 * @returns what to say of it, where it is not on record yet
 */
export const recordStop = async (
  deps: Pick<Deps, "auditLog" | "log" | "pendingStops">,
  ...[actor, at, type, body]: readonly [actor: string, at: string, type: string, body: JsonObject]
): Promise<string | undefined> => {
  try {
    await recordPendingStops(deps);
    await recordOperator(deps, actor, at, type, body);
    return undefined;
  } catch (error) {
    deps.log.error("an act that stops holds, and is not in the audit", { type }, error);
    return stillToBeWritten(error, await keepPendingStop(deps, { actor, at, type, body }));
  }
};

/**
 * An act that was recorded before it counts, as all are, and that somebody else's came before: the chain says that it came
 * to nothing, so that nobody reads of it as of something that holds.
 */
export const recordLost = (
  deps: Pick<Deps, "auditLog">,
  ...[actor, at, act, body]: readonly [actor: string, at: string, act: string, body: JsonObject]
): Promise<void> => recordOperator(deps, actor, at, "came_to_nothing", { act, ...body });
