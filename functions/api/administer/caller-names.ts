import { callerNameFault, MAX_CALLER_NAMES } from "../../../shared/plan/caller-name.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import type { Deps } from "../../deps.ts";
import { recordOperator } from "../act/record-operator.ts";
import { notFound, oneViolation, problemOf } from "../http/problems.ts";
import type { CallerNameReply, Problem } from "../schemas.ts";

type Using = Pick<Deps, "callerNames" | "auditLog" | "clock">;

/** Gives a caller's id a name to be read by, in place of the one before. It changes nothing of what the caller may do. */
export const nameCaller =
  (deps: Using) =>
  async (caller: string, name: string, by: string): Promise<Result<CallerNameReply, Problem>> => {
    const all = await deps.callerNames.all();
    const known = all.find((each) => isSamePerson(each.caller, caller));
    if (known === undefined && all.length >= MAX_CALLER_NAMES) {
      return refuse(
        problemOf("too-many", `${MAX_CALLER_NAMES} callers have a name: remove one that is of no use any more`),
      );
    }
    const fault = callerNameFault({ caller, name }, all);
    if (fault !== undefined) return refuse(oneViolation({ path: "/name", rule: "caller_name", message: fault }));
    if (known?.name === name) return accept({ named: known, created: false });
    const named = { caller, name, by, at: deps.clock.now().toISOString() };
    await recordOperator(deps, by, named.at, "caller_named", { ...named });
    await deps.callerNames.put(named);
    return accept({ named, created: known === undefined });
  };

/** The caller is shown by the id again. */
export const unnameCaller =
  (deps: Using) =>
  async (caller: string, by: string): Promise<Result<{ readonly removed: string }, Problem>> => {
    const known = (await deps.callerNames.all()).some((each) => isSamePerson(each.caller, caller));
    if (!known) return refuse(notFound(`name of ${caller}`));
    await recordOperator(deps, by, deps.clock.now().toISOString(), "caller_name_removed", { caller });
    await deps.callerNames.remove(caller);
    return accept({ removed: caller });
  };
