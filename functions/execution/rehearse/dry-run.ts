import { isInOrder, stepsAhead } from "../../../shared/conflicts/rule-of-order.ts";
import { isQuarantine } from "../../../shared/contracts/ceiling.ts";
import { checkCall, checkOpenCall } from "../../../shared/contracts/check-call.ts";
import { type Preview, previewDigest, type SealedPreview } from "../../../shared/execution/approval/preview.ts";
import { quarantineInWords, quarantineOf } from "../../../shared/execution/attempt/quarantine.ts";
import { MARGIN_SECONDS, READ_ATTEMPTS } from "../../../shared/execution/attempt/timing.ts";
import { recordOfCall } from "../../../shared/execution/order/duplicates.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { RungItem } from "../../../shared/execution/view/view.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { resolveArguments } from "../../../shared/plan/references.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { ArgumentSource } from "../../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../../deps.ts";
import type { RehearsedStep } from "../../records/workflow-input.ts";
import { cutInWords } from "../../tools/remarks.ts";
import type { Previewed } from "../../tools/safe-answer.ts";
import { toolPort } from "../../tools/tool-port.ts";
import { keepPicture } from "../step/keep-picture.ts";
import {
  bodyPrefix,
  currentArguments,
  move,
  readOutputs,
  type StepContext,
  sourceRecord,
  toolCall,
} from "../step/step-context.ts";
import { PATIENCE_SECONDS, passingFailure, timedAttempt } from "../step/timed-attempt.ts";
import { tracedCall } from "../step/traced-call.ts";
import { type BatchDeps, inBatches } from "./in-batches.ts";

export type DryRunDeps = BatchDeps & Pick<Deps, "timer" | "toolbox" | "tracing">;

/**
 * The DRY_RUN rung: says exactly what LIVE would do and seals it under a digest. May read the real target, never
 * writes. Where the arguments rest on a write that has not run, if only by way of reads behind it, there may be nothing
 * real to read yet: the preview says so, is provisional, and is made again.
 */
export const dryRun = (deps: DryRunDeps) =>
  inBatches(deps, { rehearse: (context, step) => previewStep(deps, context, step), fits: fitsStill });

const previewStep = async (deps: DryRunDeps, context: StepContext, item: RehearsedStep): Promise<void> => {
  const { record, contract } = context;
  const { execution_id } = record;
  if (record.state !== "DRY_RUN" || record.phase !== "open" || isPreviewed(record, item)) return;
  const ready = await previewArguments(deps, context);
  if (!ready.ok) {
    await move(deps, record, { event: "failed", reason: ready.refusal, changes: { ending: "failed" } });
    return;
  }
  const { args, standsIn } = ready.value;
  const tried = await timedAttempt<Previewed>(deps, "DRY_RUN", !context.step.writes, () =>
    standsIn === null
      ? makePreview(deps, context, args)
      : Promise.resolve({ value: deferredPreview(context, standsIn), cut: null, quarantined: null }),
  );
  const rungs = [...record.rungs, tried.rung];
  if (!tried.ok) {
    await move(deps, record, {
      event: "failed",
      reason: tried.error,
      changes: { ending: "failed", rungs, ...passingFailure(tried) },
    });
    return;
  }
  const { quarantined } = tried.value;
  const sealed = seal(context, contract.content_hash, args, tried.value.value);
  const [previewRef, dry_run_output, picture] = await Promise.all([
    deps.bodies.put(bodyPrefix(execution_id, "previews"), sealed),
    // Nothing was asked of a tool in quarantine: what rests on its output is rehearsed with the mock's.
    quarantined === null
      ? deps.bodies.put(bodyPrefix(execution_id, "outputs"), sealed.preview.output)
      : record.mock_output,
    keepPicture(deps, record, tried.value),
  ]);
  const provisional = item.provisional || standsIn !== null;
  const made = { preview: previewRef, preview_digest: previewDigest(sealed), provisional, dry_run_output, rungs };
  await move(deps, record, {
    event: "previewed",
    reason: previewInWords(tried.value, provisional),
    changes: { ...made, ...picture, ...quarantineOf(record, quarantined) },
  });
};

/** Seconds that a function of the rung has, as it is deployed. */
const FUNCTION_SECONDS = 900;

const fitsStill = ({ contract, step }: StepContext, seconds: number): boolean => {
  const tries = step.writes ? 1 : READ_ATTEMPTS;
  return seconds + contract.timeout_seconds * tries + PATIENCE_SECONDS + MARGIN_SECONDS <= FUNCTION_SECONDS;
};

const previewInWords = (previewed: Previewed, provisional: boolean): string | null => {
  if (previewed.quarantined !== null) return quarantineInWords(previewed.quarantined);
  return provisional ? "provisional: it rests on what has not run yet" : cutInWords(previewed);
};

/** The preview that the item asks for is made: one that was provisional is made again when it no longer would be. */
export const isPreviewed = (record: StepRecord, item: Pick<RungItem, "provisional">): boolean =>
  record.preview !== null && (item.provisional || !record.provisional);

export const makePreview = (
  deps: Pick<Deps, "timer" | "toolbox" | "tracing">,
  context: StepContext,
  args: JsonObject,
): Promise<Previewed> =>
  tracedCall(
    deps,
    context,
    { mode: "DRY_RUN", side: "forward" },
    toolCall(context, args),
    toolPort(deps, context.contract).preview,
    ({ quarantined }) => ({ ledger_status: null, error_type: quarantined === null ? null : "quarantined" }),
  );

export const seal = (
  context: StepContext,
  contract_hash: string,
  args: JsonObject,
  preview: Preview,
): SealedPreview => ({
  tool_name: context.step.tool_name,
  contract_hash,
  acting_agent_id: context.step.acting_agent_id,
  arguments: args,
  preview,
});

type Ready = { readonly args: JsonObject; readonly standsIn: readonly string[] | null };

const previewArguments = async (deps: DryRunDeps, context: StepContext): Promise<Result<Ready, string>> => {
  const current = await currentArguments(deps, context);
  const standsIn = await sourcesWithoutResult(deps, context, current.sources);
  const outputOf = await readOutputs(
    deps,
    context,
    current.sources,
    (source, from) => source.live_output ?? (standsIn.includes(from) ? source.mock_output : source.dry_run_output),
  );
  const resolved = resolveArguments(current.arguments, outputOf);
  const judge = (open: readonly string[]) => judged(context, current, outputOf, open);
  // An invented output need not have the field; only a real one that lacks it says something, where it stays as it is.
  const deferred = (unknown: readonly string[]) =>
    accept({ args: resolved.ok ? resolved.value : context.step.arguments, standsIn: unknown });
  const now = judge(standsIn);
  if (now.ok) return standsIn.length > 0 ? deferred(standsIn) : accept({ args: now.value, standsIn: null });
  const others = sourceIds(current.sources).filter((from) => !standsIn.includes(from));
  const open = await openSources(deps, context, others);
  if (open.length === 0) return now;
  const later = judge([...standsIn, ...open]);
  return later.ok ? deferred([...standsIn, ...open]) : later;
};

/** The arguments as far as they are known: refused where they cannot be right, whatever the `open` sources will give. */
const judged = (
  { step, contract }: StepContext,
  current: { readonly arguments: JsonObject; readonly sources: readonly ArgumentSource[] },
  outputOf: (step_id: string) => Json | undefined,
  open: readonly string[],
): Result<JsonObject, string> => {
  const known = resolveArguments(current.arguments, outputOf, open);
  if (!known.ok) return refuse(known.refusal.message);
  const places = current.sources.flatMap(({ at, from }) => (open.includes(from) ? [at] : []));
  const violations =
    places.length === 0 ? checkCall(contract, known.value) : checkOpenCall(contract, known.value, places);
  if (violations.length === 0) return known;
  const list = violations.map((violation) => `${violation.path} ${violation.message}`).join("; ");
  return refuse(cutText(`the arguments do not fit the contract of ${step.tool_name}: ${list}`));
};

const sourceIds = (sources: readonly ArgumentSource[]): string[] => [...new Set(sources.map(({ from }) => from))];

/** Writing sources that have not run LIVE: what they will return is not known. */
const sourcesWithoutResult = async (
  deps: DryRunDeps,
  context: StepContext,
  sources: readonly ArgumentSource[],
): Promise<string[]> => {
  const writing = sourceIds(sources).filter((from) => context.index.step(from).writes);
  const records = await Promise.all(writing.map((from) => sourceRecord(deps, context, from)));
  return writing.filter((_from, place) => records[place]?.live_output == null);
};

/**
 * Of these sources, those that have not run LIVE and whose preview says little of what their call will give: nothing was
 * asked of a tool in quarantine; and a write that has not run either, which stands ahead, near or far, or touches what
 * they read, may bring what the preview lacks.
 */
const openSources = async (
  deps: DryRunDeps,
  { execution, index }: StepContext,
  sources: readonly string[],
): Promise<string[]> => {
  if (sources.length === 0) return [];
  const records = await deps.steps.all(execution.execution_id);
  const byId = new Map(records.map((record) => [record.step_id, record]));
  const isKnown = (step_id: string): boolean =>
    recordOfCall(byId.get(step_id), index.edgesInto(step_id), (id) => byId.get(id))?.live_output != null;
  return sources.filter((from) => {
    if (isKnown(from)) return false;
    const record = byId.get(from);
    if (record?.provisional === true || record?.ceiling_reasons.some(isQuarantine) === true) return true;
    return [...stepsAhead(index, [from], isInOrder)].some((ahead) => index.step(ahead).writes && !isKnown(ahead));
  });
};

const deferredPreview = (context: StepContext, standsIn: readonly string[]): Preview => ({
  summary: `${context.step.tool_name} with what ${standsIn.join(", ")} will return: previewed when that has run`,
  output: null,
  changes: [],
});
