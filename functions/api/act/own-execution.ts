import { nameWithId } from "../../../shared/plan/called.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import type { Caller } from "../http/caller.ts";
import { maySee } from "../http/own.ts";
import { notFound, problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/**
 * Why `caller` may not stop an execution; undefined where they may. An operator may stop any; who only submits, as
 * an agent's host does, may stop what they submitted themselves. Of one that a caller may not look at it says no more
 * than of one that is not there.
 */
export const whyNotTheirs = async (
  deps: Pick<Deps, "bodies" | "callerNames" | "executions">,
  execution_id: string,
  caller: Caller,
): Promise<Problem | undefined> => {
  const { name, scopes, agent } = caller;
  if (scopes.includes("executions:operate")) return undefined;
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return notFound(`execution ${execution_id}`);
  if (isSamePerson(execution.submitted_by, name)) return undefined;
  const mayLook = scopes.includes("read") || (agent !== undefined && (await maySee(deps, caller, execution_id)));
  if (!mayLook) return notFound(`execution ${execution_id}`);
  const called = await calledNow(deps);
  const [by, not_by] = [nameWithId(called, execution.submitted_by), nameWithId(called, name)];
  const detail = `execution ${execution_id} was submitted by ${by}, not by ${not_by}: stopping it needs the scope executions:operate`;
  return problemOf("forbidden", detail, { reason: "not_yours", required_scope: "executions:operate" });
};
