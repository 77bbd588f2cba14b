import { callDigest } from "../../../shared/conflicts/call-digest.ts";
import { previewDigest } from "../../../shared/execution/approval/preview.ts";
import type { Intended } from "../../../shared/execution/attempt/intent.ts";
import { heldBack } from "../../../shared/execution/attempt/quarantine.ts";
import { failed, NOT_WAITING } from "../../../shared/execution/attempt/told.ts";
import { afterFailedStart } from "../../../shared/execution/attempt/unsent.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { ToolSurprise, toolPort } from "../../tools/tool-port.ts";
import { makePreview, seal } from "../rehearse/dry-run.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { keepPicture } from "../step/keep-picture.ts";
import { bodyPrefix, move, type StepContext, toolCall } from "../step/step-context.ts";
import { passingFailure } from "../step/timed-attempt.ts";
import type { Planned } from "./attempt.ts";
import { saidOfBinding } from "./bound-otherwise.ts";
import { callKeys, endsAsDuplicate, markOf } from "./duplicate.ts";
import { type AttemptDeps, nowOf } from "./in-flight.ts";
import { heed, pushBackOf } from "./push-back.ts";
import { pushedBack, tell } from "./unsent.ts";

/** The call of a step that writes, with its arguments resolved: sealed preview made again, duplicates looked for, undo prepared. */
export const forwardCall = (deps: AttemptDeps, context: StepContext, args: JsonObject): Planned => ({
  side: "forward",
  arguments: args,
  further: callKeys(context, args),
  prepare: () => prepare(deps, context, args),
});

const prepare = async (deps: AttemptDeps, context: StepContext, args: JsonObject): Promise<Intended | undefined> => {
  if (!(await stillAsSealed(deps, context, args)) || (await endsAsDuplicate(deps, context, args))) return undefined;
  const prepared = await getReady(deps, context, "what would undo it cannot be prepared", async () => ({
    undo: await toolPort(deps, context.contract).prepareUndo(toolCall(context, args)),
  }));
  if (prepared === undefined) return undefined;
  const { tool_name } = context.step;
  return {
    side: "forward",
    tool_name,
    call_digest: callDigest(tool_name, args),
    ...markOf(context, args),
    arguments: args,
    approved_digest: context.record.approved_digest,
    undo: prepared.undo,
  };
};

/**
 * The approved call is the one that runs: the preview is made again, under the lease. One that drifted goes back to be
 * asked anew; one that can no longer be made fails without effect.
 */
const stillAsSealed = async (deps: AttemptDeps, context: StepContext, args: JsonObject): Promise<boolean> => {
  const { record } = context;
  const { execution_id, step_id } = record;
  if (!context.step.approval_needed) return true;
  const remade = await getReady(deps, context, "the approved call can no longer be previewed", () =>
    makePreview(deps, context, args),
  );
  if (remade === undefined) return false;
  if (remade.quarantined !== null) {
    await endUnsent(deps, context, "forward", heldBack(record, remade.quarantined));
    return false;
  }
  const sealed = seal(context, context.contract.content_hash, args, await saidOfBinding(deps, context, remade.value));
  const digest = previewDigest(sealed);
  if (digest === record.approved_digest) return true;
  // A row that stands now is an earlier attempt's whose time was over: what changed may be what that one did.
  if ((await deps.ledger.get({ execution_id, step_id, side: "forward" })) !== undefined) return false;
  const ref = await deps.bodies.put(bodyPrefix(execution_id, "previews"), sealed);
  await move(deps, record, {
    event: "drifted",
    reason: "the preview made again before LIVE differs from the one that was approved",
    changes: {
      ...NOT_WAITING,
      ...{ preview: ref, preview_digest: digest, provisional: false },
      ...(await keepPicture(deps, record, remade)),
      ...{ approved_digest: null, approved_by: [] },
    },
  });
  return false;
};

/**
 * Asks the tool for what must be there before the call. A refusal ends the step without effect; a surprise is a start
 * that came to nothing.
 */
const getReady = async <Value>(
  deps: AttemptDeps,
  context: StepContext,
  words: string,
  ask: () => Promise<Value>,
): Promise<Value | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ToolSurprise || error instanceof ToolFailure)) throw error;
    const why = `${words}: ${error.message}`;
    if (error instanceof ToolFailure) await notReady(deps, context, why, error);
    else await tell(deps, context, afterFailedStart(context.record, why, nowOf(deps)));
    return undefined;
  }
};

/**
 * A service that asked to be left alone, or that was not there for a moment, is asked again, and so is one that could not
 * be asked, as without a secret: somebody may put that right. Any other refusal ends the step.
 */
const notReady = async (deps: AttemptDeps, context: StepContext, why: string, failure: ToolFailure): Promise<void> => {
  const { again_in_seconds = failure.passing || failure.unsent ? 0 : undefined } = failure;
  const asked = pushBackOf({ again_in_seconds });
  await heed(deps, context.contract, asked);
  const told = pushedBack(deps, context, { error: why, ...asked });
  const changes = passingFailure(failure);
  if (told === undefined)
    await endUnsent(deps, context, "forward", failed("forward", context.record, why, { changes }));
  else await move(deps, context.record, told);
};
