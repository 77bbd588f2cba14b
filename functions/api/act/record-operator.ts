import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
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
