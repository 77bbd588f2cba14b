import type { WorkOutcome } from "../../../shared/execution/record/work.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import type { Caller } from "../http/caller.ts";
import { conflicting } from "../http/problems.ts";
import type { OutcomeReply, Problem } from "../schemas.ts";
import { takenCall } from "./taken-call.ts";

/**
 * The outcome of a call, from who took it. The first answer stands: the same again is answered alike, another is
 * refused. One that comes late is kept, and makes nothing happen by itself.
 */
export const postOutcome =
  (deps: Pick<Deps, "work" | "bell" | "clock">) =>
  async (call_id: string, said: WorkOutcome, caller: Caller): Promise<Result<OutcomeReply, Problem>> => {
    const taken = await takenCall(deps, call_id, caller);
    if (!taken.ok) return taken;
    const { calls, handed } = taken.value;
    const at = deps.clock.now().toISOString();
    const stands = await calls.answer(call_id, { said, worker: caller.name, at, late: at > handed.call.deadline });
    if (canonicalJson(stands.said) !== canonicalJson(said)) {
      const detail = `call ${call_id} was answered ${stands.said.outcome} at ${stands.at}: that stands, and this differs`;
      return refuse(conflicting(detail));
    }
    deps.bell.ring();
    return accept({ call_id, recorded: stands.late ? "late" : "in_time", at: stands.at });
  };
