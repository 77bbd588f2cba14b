import { idempotencyKeyOf } from "../../../shared/execution/attempt/intent.ts";
import { heldBack } from "../../../shared/execution/attempt/quarantine.ts";
import { type Stop, TOO_LATE } from "../../../shared/execution/attempt/start.ts";
import { isTooLate } from "../../../shared/execution/attempt/timing.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { cutInWords } from "../../tools/remarks.ts";
import type { SafeOutcome } from "../../tools/safe-answer.ts";
import { toolPort } from "../../tools/tool-port.ts";
import { bodyPrefix, move, type StepContext, toolCall } from "../step/step-context.ts";
import { passingFailure, timedAttempt } from "../step/timed-attempt.ts";
import { endOfRead, tracedCall } from "../step/traced-call.ts";
import { type AttemptDeps, asOnlyAttempt, nowOf } from "./in-flight.ts";
import { heed, pushBackOf } from "./push-back.ts";
import { letGo, takeResources } from "./resources.ts";
import { noteUnanswered } from "./unanswered.ts";
import { leaveUnsent, pushedBack, putOff } from "./unsent.ts";
import { whatStopsUnsent } from "./what-stops.ts";

/**
 * A LIVE read: nothing to undo and nothing that can be unknown, so it may be tried again and needs no ledger. It takes a
 * slot and a token like every call, and stands among the calls in flight, so that a lock's answer lists it.
 */
export const liveRead = async (deps: AttemptDeps, context: StepContext, args: JsonObject): Promise<void> => {
  await asOnlyAttempt(deps, context, "forward", async (inFlight) => {
    const taken = await takeResources(deps, context, args);
    if (taken.ok) {
      await readNow(deps, context, args, inFlight);
      await letGo(deps, context, taken.held, { keepLeases: false });
    } else {
      await putOff(deps, context, taken);
    }
  });
};

type ReadTry =
  | { readonly kind: "read"; readonly outcome: Extract<SafeOutcome, { kind: "committed" }> }
  | { readonly kind: "held_back"; readonly why: string }
  | { readonly kind: "stopped"; readonly stop: Stop };

const readNow = async (
  deps: AttemptDeps,
  context: StepContext,
  args: JsonObject,
  inFlight: InFlight,
): Promise<void> => {
  const { record, contract } = context;
  if (isTooLate(inFlight.started_at, nowOf(deps))) {
    await leaveUnsent(deps, context, TOO_LATE);
    return;
  }
  const { execution_id, step_id } = record;
  const call = {
    ...toolCall(context, args),
    idempotency_key: idempotencyKeyOf({ execution_id, step_id, side: "forward" }),
  };
  // Each try is a sending: a lock that was answered while one was under way lists that one, and no other.
  const tried = await timedAttempt(deps, "LIVE", true, async (): Promise<ReadTry> => {
    const stop = await whatStopsUnsent(deps, context);
    if (stop !== undefined) return { kind: "stopped", stop };
    const rung = { mode: "LIVE", side: "forward" } as const;
    const outcome = await tracedCall(deps, context, rung, call, toolPort(deps, contract).call, endOfRead);
    if (outcome.kind === "committed") return { kind: "read", outcome };
    if (outcome.kind === "rejected" && outcome.quarantined === true) return { kind: "held_back", why: outcome.error };
    const unsent = outcome.kind === "rejected" && outcome.unsent === true;
    throw new ToolFailure(outcome.error, { ...pushBackOf(outcome), unsent });
  });
  const rungs = [...record.rungs, tried.rung];
  if (!tried.ok) {
    if (tried.rung.timed_out) await noteUnanswered(deps, context);
    await heed(deps, contract, tried);
    const told = pushedBack(deps, context, tried);
    if (told !== undefined) await move(deps, record, told);
    else
      await move(deps, record, {
        event: "live_failed",
        reason: tried.error,
        changes: { ending: "failed", rungs, ...passingFailure(tried) },
      });
    return;
  }
  if (tried.value.kind === "stopped") {
    await leaveUnsent(deps, context, tried.value.stop);
    return;
  }
  if (tried.value.kind === "held_back") {
    await move(deps, record, heldBack(record, tried.value.why));
    return;
  }
  const { outcome } = tried.value;
  const live_output = await deps.bodies.put(bodyPrefix(execution_id, "outputs"), outcome.output);
  const reason = cutInWords(outcome);
  await move(deps, record, { event: "live_succeeded", reason, changes: { ending: "live", live_output, rungs } });
};
