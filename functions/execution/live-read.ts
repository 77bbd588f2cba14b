import { resumesOf } from "../../shared/execution/execution-record.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { InFlight } from "../../shared/ports/coordination.ts";
import { ToolFailure } from "../../shared/ports/tools.ts";
import { toolPort } from "../tools/tool-port.ts";
import { startAgain } from "./failed-start.ts";
import { asOnlyAttempt, idempotencyKeyOf, isTooLate, type LiveDeps, liveCall, lockOn, TOO_LATE } from "./live-call.ts";
import { deferLive, leaveToOther } from "./live-defer.ts";
import { letGo, takeResources } from "./live-resources.ts";
import { attempt, cutInWords } from "./rungs.ts";
import { bodyPrefix, move, type StepContext } from "./step-context.ts";

/**
 * A LIVE read: nothing to undo and nothing that can be unknown, so it may be tried again and needs no ledger. It takes a
 * slot and a token like every call, and stands among the calls in flight, so that a lock's answer lists it.
 */
export const liveRead = async (deps: LiveDeps, context: StepContext, args: JsonObject): Promise<void> => {
  const other = await asOnlyAttempt(deps, context, "forward", async (inFlight) => {
    const taken = await takeResources(deps, context, args);
    if (taken.ok) {
      await readNow(deps, context, args, inFlight);
      await letGo(deps, context, taken.held, { keepLeases: false });
    } else {
      await deferLive(deps, context, taken);
    }
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
};

const readNow = async (deps: LiveDeps, context: StepContext, args: JsonObject, inFlight: InFlight): Promise<void> => {
  const { record, contract } = context;
  const lock = await lockOn(deps, context);
  if (lock !== undefined) {
    await move(deps, record, {
      event: "locked",
      reason: lock,
      changes: { ending: "lock", locked_after: resumesOf(context.execution) },
    });
    return;
  }
  if (isTooLate(deps, inFlight)) {
    await startAgain(deps, context, TOO_LATE);
    return;
  }
  const { execution_id, step_id } = record;
  const key = idempotencyKeyOf({ execution_id, step_id, side: "forward" });
  const tried = await attempt(deps, "LIVE", true, async () => {
    const outcome = await toolPort(deps, contract).call(liveCall(context, args, key));
    if (outcome.kind === "committed") return outcome;
    throw new ToolFailure(outcome.error);
  });
  const rungs = [...record.rungs, tried.rung];
  if (!tried.ok) {
    await move(deps, record, { event: "live_failed", reason: tried.error, changes: { ending: "failed", rungs } });
    return;
  }
  const live_output = await deps.bodies.put(bodyPrefix(execution_id, "outputs"), tried.value.output);
  const reason = cutInWords(tried.value);
  await move(deps, record, { event: "live_succeeded", reason, changes: { ending: "live", live_output, rungs } });
};
