import { checkCall } from "../../../shared/contracts/check-call.ts";
import { begin } from "../../../shared/execution/attempt/begin.ts";
import { failed } from "../../../shared/execution/attempt/told.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { resolveArguments } from "../../../shared/plan/references.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { ANSWERED, type Answer, rungItem } from "../../records/workflow-input.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { currentArguments, loadStep, readOutputs, type StepContext } from "../step/step-context.ts";
import { attempt } from "./attempt.ts";
import { forwardCall } from "./forward-call.ts";
import { revokedSince } from "./grants-now.ts";
import { type AttemptDeps, nowOf } from "./in-flight.ts";
import { liveRead } from "./read.ts";
import { resolveCall } from "./resolve-call.ts";
import { tell } from "./unsent.ts";

/** The LIVE rung: a write is attempted at most once, and what was sent is seen through to its outcome; a read is made. */
export const live =
  (deps: AttemptDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = rungItem.parse(input);
    const context = await loadStep(deps, item);
    const { execution, record, step } = context;
    if (record.state !== "LIVE" || record.phase !== "open") return ANSWERED;
    const { execution_id, step_id } = record;
    const row = step.writes ? await deps.ledger.get({ execution_id, step_id, side: "forward" }) : undefined;
    if (row !== undefined) {
      // A call that was sent is seen through, also after its plan's deadline.
      await resolveCall(deps, { ...context, start_before: null }, row);
      return ANSWERED;
    }
    const before = { execution, record, start_before: item.start_before, now: nowOf(deps) };
    const next = begin({ ...before, revoked: await revokedSince(deps, context) });
    if (next.kind !== "begin") {
      if (next.kind !== "leave") await tell(deps, context, next);
      return ANSWERED;
    }
    const args = await liveArguments(deps, context);
    if (!args.ok) await endUnsent(deps, context, "forward", failed("forward", record, args.refusal));
    else if (step.writes) await attempt(deps, context, forwardCall(deps, context, args.value));
    else await liveRead(deps, context, args.value);
    return ANSWERED;
  };

/** LIVE takes LIVE outputs only. */
const liveArguments = async (deps: AttemptDeps, context: StepContext): Promise<Result<JsonObject, string>> => {
  const current = await currentArguments(deps, context);
  const outputOf = await readOutputs(deps, context, current.sources, (source) => source.live_output);
  const resolved = resolveArguments(current.arguments, outputOf);
  if (!resolved.ok) return refuse(resolved.refusal.message);
  const violations = checkCall(context.contract, resolved.value);
  return violations.length === 0
    ? accept(resolved.value)
    : refuse(
        cutText(`the arguments do not fit: ${violations.map(({ path, message }) => `${path} ${message}`).join("; ")}`),
      );
};
