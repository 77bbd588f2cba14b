import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";

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
 * The same of an act that stops, which counts already: it must not be answered as if it did not because the chain that it
 * belongs to is damaged. @returns what to say of it, where it is not on record
 */
export const recordStop = (
  deps: Pick<Deps, "auditLog" | "log">,
  ...told: readonly [actor: string, at: string, type: string, body: JsonObject]
): Promise<string | undefined> =>
  unlessDamaged(
    async () => {
      await recordOperator(deps, ...told);
      return undefined;
    },
    (damaged) => {
      deps.log.error("an act that stops holds, and is not in the audit", { type: told[2] }, damaged);
      return `it holds, and the audit does not say so, because ${damaged.message}`;
    },
  );

/**
 * An act that was recorded before it counts, as all are, and that somebody else's came before: the chain says that it came
 * to nothing, so that nobody reads of it as of something that holds.
 */
export const recordLost = (
  deps: Pick<Deps, "auditLog">,
  ...[actor, at, act, body]: readonly [actor: string, at: string, act: string, body: JsonObject]
): Promise<void> => recordOperator(deps, actor, at, "came_to_nothing", { act, ...body });
