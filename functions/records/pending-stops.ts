import { type AuditEntry, OPERATORS } from "../../shared/audit/audit-event.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Deps } from "../deps.ts";

/**
 * Says of an act that stops, which holds, why nobody knows yet that its event is in the audit: in words for the answer to it.
 * @param kept whether the event stands where it is written from later
 */
export const stillToBeWritten = (error: unknown, kept: boolean): string => {
  const why = error instanceof Surprise ? error.message : "writing its event failed";
  const then = kept ? "its event is written as soon as it can be" : "its event could not be kept to be written later";
  return `it holds, and the audit may not say so yet, because ${why}; ${then}`;
};

/**
 * Keeps the event of an act that stops, and holds, beside the operators' chain, before anybody waits for a place in it.
 * @returns whether it could be kept
 */
export const keepPendingStop = async (
  { auditLog, pendingStops, log }: Pick<Deps, "auditLog" | "log" | "pendingStops">,
  entry: AuditEntry,
): Promise<boolean> => {
  try {
    const head = await auditLog.head(OPERATORS, OPERATORS);
    await pendingStops.put({ entry, after: head?.seq ?? 0 });
    return true;
  } catch (error) {
    log.error("the event of an act that stops could not be kept to be written later", { type: entry.type }, error);
    return false;
  }
};

/**
 * Writes the events of acts that stop to the operators' chain, and keeps them no longer. One may be there already: its
 * reply was lost, or another who writes them has just done so.
 * @param briefly gives up where other processes take the places in the chain for longer than a moment
 * @returns how many
 */
export const recordPendingStops = async (
  { auditLog, pendingStops }: Pick<Deps, "auditLog" | "pendingStops">,
  { briefly = false } = {},
): Promise<number> => {
  const pending = await pendingStops.all();
  for (const { entry, after } of pending) {
    const act = canonicalJson(entry);
    const isTheAct = ({ type, at, actor, body }: AuditEntry): boolean =>
      canonicalJson({ type, at, actor, body }) === act;
    await auditLog.appendOnce(OPERATORS, OPERATORS, entry, isTheAct, { after, briefly });
    await pendingStops.remove(entry);
  }
  return pending.length;
};
