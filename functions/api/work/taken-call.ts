import { handingOutOf, isReadingRung } from "../../../shared/execution/record/work.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { HandedOut, WorkCalls } from "../../../shared/ports/work.ts";
import type { Deps } from "../../deps.ts";
import { type Caller, workerGroupsOf } from "../http/caller.ts";
import { conflicting, notFound, problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

export type Taken = { readonly calls: WorkCalls; readonly handed: HandedOut };

/** A call that this very worker took. */
export const takenCall = async (
  { work }: Pick<Deps, "work">,
  call_id: string,
  caller: Caller,
): Promise<Result<Taken, Problem>> => {
  const place = handingOutOf(call_id);
  if (place === undefined) return refuse(notFound(`call ${call_id}`));
  const calls = isReadingRung(place.rung) ? work.reads : work.acts;
  const handed = await calls.get(call_id);
  if (handed === undefined) return refuse(notFound(`call ${call_id}`));
  const { group } = handed.call;
  if (!workerGroupsOf(caller.scopes).includes(group)) {
    const required_scope = `work:${group}`;
    return refuse(problemOf("forbidden", `call ${call_id} is for workers of group ${group}`, { required_scope }));
  }
  if (handed.state === "taken" && handed.worker === caller.name) return accept({ calls, handed });
  const why = handed.state === "taken" ? `was given to ${handed.worker}` : "was given to nobody";
  return refuse(conflicting(`call ${call_id} ${why}, not to ${caller.name}`));
};
