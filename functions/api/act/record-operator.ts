import { type AuditEntry, OPERATORS } from "../../../shared/audit/audit-event.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";
import { keepPendingStop, recordPendingStops, stillToBeWritten } from "../../records/pending-stops.ts";
import type { Told } from "./tell-running.ts";

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
 * if it did not, nor late. The event is kept beside the chain first, as those of stops before it are; then those who wait are
 * told; then the events are written, by this or by who lifts a stop, the next who stops, or the sweeper. One that can be
 * kept nowhere is waited for as long as any.
 * @param tell tells of it those who wait
 * @returns what `tell` answered, and in `warning` also what to say of the event where it may not be on record yet
 */
export const recordStop = async (
  deps: Pick<Deps, "auditLog" | "log" | "pendingStops">,
  entry: AuditEntry,
  tell: () => Promise<Told>,
): Promise<Told> => {
  const kept = await keepPendingStop(deps, entry);
  const told = await tell();
  try {
    await recordPendingStops(deps, { briefly: kept });
    if (!kept) await recordOperator(deps, entry.actor, entry.at, entry.type, entry.body);
    return told;
  } catch (error) {
    deps.log.error("an act that stops holds, and may not be in the audit", { type: entry.type }, error);
    const warnings = [told.warning, stillToBeWritten(error, kept)].filter((each) => each !== undefined);
    return { ...told, warning: warnings.join("; ") };
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
