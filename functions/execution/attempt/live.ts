import { callDigest } from "../../../shared/conflicts/call-digest.ts";
import { checkArguments } from "../../../shared/contracts/input-schema.ts";
import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import { isUnsettled, type LedgerKey, type LedgerRow } from "../../../shared/execution/ledger-row.ts";
import { previewDigest } from "../../../shared/execution/preview.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { resolveArguments } from "../../../shared/plan/references.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { ANSWERED, type Answer, rungItem } from "../../records/workflow-input.ts";
import { ToolSurprise, toolPort } from "../../tools/tool-port.ts";
import { makePreview, seal } from "../rehearse/dry-run.ts";
import { endUnsent } from "../step/end-unsent.ts";
import {
  bodyPrefix,
  currentArguments,
  loadStep,
  move,
  readOutputs,
  type StepContext,
  toolCall,
} from "../step/step-context.ts";
import { startAgain } from "./failed-start.ts";
import { revokedSince } from "./grants-now.ts";
import { asOnlyAttempt, idempotencyKeyOf, type LiveDeps, liveCall, mayRunUntil, NOT_OURS } from "./live-call.ts";
import { deferLive, leaveToOther } from "./live-defer.ts";
import { callKeys, endsAsDuplicate, markOf } from "./live-duplicate.ts";
import { concludeCall, resolveUnknown } from "./live-outcome.ts";
import { liveRead } from "./live-read.ts";
import { type Held, letGo, takeResources } from "./live-resources.ts";
import { restsOnNothing, waitToRest } from "./live-rests.ts";
import { leaveUnsent, type Stop, whatStopsFirst } from "./what-stops.ts";

/**
 * The LIVE rung: at most one attempt. In-flight row, resources, sealed preview made again, INTENT, what stops
 * it, call, outcome, in that order; see docs/reliability.md for why no other order will do.
 */
export const live =
  (deps: LiveDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = rungItem.parse(input);
    const context = await loadStep(deps, item);
    if (context.record.state !== "LIVE" || context.record.phase !== "open") return ANSWERED;
    const late = isOver(context.execution) || deadlineOver(deps, item.start_before);
    // What was sent is seen through to its outcome.
    if (late && (await deps.ledger.get(forwardKey(context))) === undefined) {
      if (!isOver(context.execution)) await leaveForDeadline(deps, context, item.start_before);
      return ANSWERED;
    }
    const revoked = await revokedSince(deps, context);
    if (revoked !== undefined && (await deps.ledger.get(forwardKey(context))) === undefined) {
      const changes = { ending: "not_started" } as const;
      await endUnsent(deps, context, "forward", { event: "live_not_started", reason: revoked, changes });
      return ANSWERED;
    }
    const args = await liveArguments(deps, context);
    if (!args.ok) {
      const failed = { event: "live_failed", reason: args.refusal, changes: { ending: "failed" } } as const;
      await endUnsent(deps, context, "forward", failed);
    } else if (!context.step.writes) await liveRead(deps, context, args.value);
    else await liveWrite(deps, context, args.value);
    return ANSWERED;
  };

/** Aborted or concluded while the wave was under way: nothing new starts, and Next wave says what becomes of the step. */
const isOver = ({ abort_requested, status, concluded }: ExecutionRecord): boolean =>
  abort_requested !== null || status !== "RUNNING" || concluded !== null;

const deadlineOver = (deps: Pick<LiveDeps, "clock">, start_before: string | null): boolean =>
  start_before !== null && start_before <= deps.clock.now().toISOString();

/** The wave took so long that the plan's time was used up: Next wave ends the step, when that is so by its clock too. */
const leaveForDeadline = (deps: LiveDeps, context: StepContext, start_before: string | null) =>
  move(deps, context.record, {
    event: "live_deferred",
    reason: `its plan's deadline was over at ${start_before}, before anything was sent`,
    changes: { look_again_at: start_before },
  });

/** LIVE takes LIVE outputs only. */
const liveArguments = async (deps: LiveDeps, context: StepContext): Promise<Result<JsonObject, string>> => {
  const current = await currentArguments(deps, context);
  const outputOf = await readOutputs(deps, context, current.sources, (source) => source.live_output);
  const resolved = resolveArguments(current.arguments, outputOf);
  if (!resolved.ok) return refuse(resolved.refusal.message);
  const violations = checkArguments(context.contract, resolved.value);
  return violations.length === 0
    ? accept(resolved.value)
    : refuse(`the arguments do not fit: ${violations.map(({ path, message }) => `${path} ${message}`).join("; ")}`);
};

const liveWrite = async (deps: LiveDeps, context: StepContext, args: JsonObject): Promise<void> => {
  const key = forwardKey(context);
  const row = await deps.ledger.get(key);
  if (row !== undefined) {
    await resolveUnknown(deps, context, row);
    return;
  }
  const other = await asOnlyAttempt(deps, context, "forward", async (inFlight) => {
    const taken = await takeResources(deps, context, args, callKeys(context, args));
    if (taken.ok) await attemptWith(deps, context, args, taken.held, inFlight);
    else await deferLive(deps, context, taken);
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
};

const forwardKey = (context: StepContext): LedgerKey => ({
  execution_id: context.execution.execution_id,
  step_id: context.step.step_id,
  side: "forward",
});

const attemptWith = async (
  deps: LiveDeps,
  context: StepContext,
  args: JsonObject,
  held: Held,
  inFlight: InFlight,
): Promise<void> => {
  const tool = toolPort(deps, context.contract);
  const key = forwardKey(context);
  if (!(await stillAsSealed(deps, context, args)) || (await endsAsDuplicate(deps, context, args))) {
    await letGo(deps, context, held, { keepLeases: isUnsettled(await deps.ledger.get(key)) });
    return;
  }
  const prepared = await getReady(deps, context, "what would undo it cannot be prepared", async () => ({
    undo: await tool.prepareUndo(toolCall(context, args)),
  }));
  if (prepared === undefined) {
    await letGo(deps, context, held, { keepLeases: false });
    return;
  }
  const { undo } = prepared;
  const intent = intentOf(deps, context, key, args, held, undo);
  const put = await deps.ledger.intend(intent);
  if (put.kind !== "written") {
    deps.log.warn(`${NOT_OURS[put.kind]}: nothing is sent`, { side: key.side });
    // What an earlier attempt sent, whose time was over, may still take effect under the lease.
    await letGo(deps, context, held, { keepLeases: put.kind === "exists" && isUnsettled(put.row) });
    // Whoever closed it was about to say so, and may have died before.
    if (put.kind === "closed") {
      const reason = "nothing was sent, and its place in the ledger is closed";
      await move(deps, context.record, { event: "live_not_started", reason, changes: { ending: "not_started" } });
    }
    return;
  }
  const [stop, fallen] = await Promise.all([whatStopsFirst(deps, context, inFlight), restsOnNothing(deps, context)]);
  if (stop !== undefined || fallen !== undefined) {
    if (await deps.ledger.withdraw(key, intent.epoch, "INTENT")) await notSent(deps, context, stop, fallen);
    await letGo(deps, context, held, { keepLeases: false });
    return;
  }
  const outcome = await tool.call(liveCall(context, args, intent.idempotency_key));
  const settled = await concludeCall(deps, context, intent, outcome);
  await letGo(deps, context, held, { keepLeases: settled === "unknown" });
};

/** What it rests on has fallen: it waits, unless something else says what becomes of it. */
const notSent = async (
  deps: LiveDeps,
  context: StepContext,
  stop: Stop | undefined,
  fallen: string | undefined,
): Promise<void> => {
  if (fallen !== undefined && (stop === undefined || stop.kind === "too_late")) {
    await waitToRest(deps, context, fallen);
  } else if (stop !== undefined) await leaveUnsent(deps, context, stop);
};

const intentOf = (
  deps: LiveDeps,
  context: StepContext,
  key: LedgerKey,
  args: JsonObject,
  held: Held,
  undo: JsonObject | null,
): LedgerRow => ({
  ...key,
  status: "INTENT",
  tool_name: context.step.tool_name,
  call_digest: callDigest(context.step.tool_name, args),
  ...markOf(context, args),
  arguments: args,
  idempotency_key: idempotencyKeyOf(key),
  epoch: held.leases[0]?.epoch ?? 1,
  approved_digest: context.record.approved_digest,
  deadline: mayRunUntil(deps, context),
  started_at: deps.clock.now().toISOString(),
  ended_at: null,
  output: null,
  error: null,
  undo,
  evidence: [],
});

/**
 * What was approved is what runs: the preview is made again, under the lease. One that drifted goes back to be asked
 * anew; one that can no longer be made fails without effect.
 */
const stillAsSealed = async (deps: LiveDeps, context: StepContext, args: JsonObject): Promise<boolean> => {
  const { record } = context;
  if (!context.step.approval_needed) return true;
  const remade = await getReady(deps, context, "the approved call can no longer be previewed", () =>
    makePreview(deps, context, args),
  );
  if (remade === undefined) return false;
  const sealed = seal(context, context.contract.content_hash, args, remade.value);
  const digest = previewDigest(sealed);
  if (digest === record.approved_digest) return true;
  // A row that stands now is an earlier attempt's whose time was over: what changed may be what that one did.
  if ((await deps.ledger.get(forwardKey(context))) !== undefined) return false;
  const ref = await deps.bodies.put(bodyPrefix(record.execution_id, "previews"), sealed);
  await move(deps, record, {
    event: "drifted",
    reason: "the preview made again before LIVE differs from the one that was approved",
    changes: { preview: ref, preview_digest: digest, provisional: false, approved_digest: null, approved_by: [] },
  });
  return false;
};

/**
 * Asks the tool for what must be there before the call. A refusal ends the step without effect; a surprise is a start
 * that came to nothing.
 */
const getReady = async <Value>(
  deps: LiveDeps,
  context: StepContext,
  words: string,
  ask: () => Promise<Value>,
): Promise<Value | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ToolSurprise) await startAgain(deps, context, `${words}: ${error.message}`);
    else if (!(error instanceof ToolFailure)) throw error;
    else {
      const reason = `${words}: ${error.message}`;
      await endUnsent(deps, context, "forward", { event: "live_failed", reason, changes: { ending: "failed" } });
    }
    return undefined;
  }
};
