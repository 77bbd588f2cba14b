import { callerNameFault, MAX_CALLER_NAMES } from "../../../shared/plan/caller-name.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import { notFound, oneViolation, problemOf } from "../http/problems.ts";
import type { CallerNameReply, Problem } from "../schemas.ts";

type Using = Pick<Deps, "callerNames" | "auditLog" | "clock">;

const TURNS = 20;

/**
 * Gives a caller's id a name to be read by, in place of the one before. It changes nothing of what the caller may do.
 * Of two that come at one moment, the second is judged beside the first.
 */
export const nameCaller =
  (deps: Using) =>
  (caller: string, name: string, by: string): Promise<Result<CallerNameReply, Problem>> =>
    compareAndSet("names of callers", TURNS, async () => {
      const { names, changes } = await deps.callerNames.seen();
      const known = names.find((each) => isSamePerson(each.caller, caller));
      if (known === undefined && names.length >= MAX_CALLER_NAMES) {
        return refuse(
          problemOf("too-many", `${MAX_CALLER_NAMES} callers have a name: remove one that is of no use any more`),
        );
      }
      const fault = callerNameFault({ caller, name }, names);
      if (fault !== undefined) return refuse(oneViolation({ path: "/name", rule: "caller_name", message: fault }));
      if (known?.name === name) return accept({ named: known, created: false });
      const named = { caller, name, by, at: deps.clock.now().toISOString() };
      await recordOperator(deps, by, named.at, "caller_named", { ...named });
      if (!(await deps.callerNames.put(named, changes))) {
        await recordLost(deps, by, named.at, "caller_named", { ...named });
        return "moved";
      }
      return accept({ named, created: known === undefined });
    });

/** The caller is shown by the id again. */
export const unnameCaller =
  (deps: Using) =>
  (caller: string, by: string): Promise<Result<{ readonly removed: string }, Problem>> =>
    compareAndSet("names of callers", TURNS, async () => {
      const { names, changes } = await deps.callerNames.seen();
      if (!names.some((each) => isSamePerson(each.caller, caller))) return refuse(notFound(`name of ${caller}`));
      const at = deps.clock.now().toISOString();
      await recordOperator(deps, by, at, "caller_name_removed", { caller });
      if (!(await deps.callerNames.remove(caller, changes))) {
        await recordLost(deps, by, at, "caller_name_removed", { caller });
        return "moved";
      }
      return accept({ removed: caller });
    });
