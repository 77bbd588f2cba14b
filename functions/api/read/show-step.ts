import { type SealedPreview, sealedPreview } from "../../../shared/execution/approval/preview.ts";
import { outputReached } from "../../../shared/execution/record/mode-reached.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { waitFor } from "../../tools/timer.ts";
import { notFound } from "../http/problems.ts";
import type { Problem, StepDetail } from "../schemas.ts";
import { ceilingsOf, loadShown, viewOfStep } from "./load-view.ts";

type Using = Pick<
  Deps,
  "clock" | "executions" | "steps" | "bodies" | "settings" | "approvals" | "timer" | "locks" | "ledger"
>;

/** Looks again after 0.25 s, then half as long again each time, at most every 2 s: about 18 reads in 25 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** In a refusal: steps that might be meant, and of an id that somebody asked for. */
const MOST_NAMED = 5;
const MOST_SHOWN = 200;

/** Waits until the step has finished, or the time is over. An execution without such a step is not waited for. */
const waitUntilFinished = async (
  deps: Pick<Using, "steps" | "timer">,
  ids: { execution_id: string; step_id: string },
  seconds: number,
): Promise<void> => {
  let left = seconds * 1_000;
  for (let pause = FIRST_PAUSE_MS; left > 0; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    if ((await deps.steps.get(ids.execution_id, ids.step_id))?.phase === "finished") return;
    const now = Math.min(pause, left);
    await waitFor(deps.timer, now);
    left -= now;
  }
};

/** One step with its output and preview, for the agent that waits for it. */
export const showStep =
  (deps: Using) =>
  async (
    ids: { readonly execution_id: string; readonly step_id: string },
    wait_seconds: number,
  ): Promise<Result<StepDetail, Problem>> => {
    const found = await find(deps, ids);
    if (!found.ok) return found;
    const finished = found.value.shown.recordOf(found.value.step.step).phase === "finished";
    if (wait_seconds === 0 || finished) return accept(await detail(deps, found.value));
    const { execution_id, step_id } = { ...ids, step_id: found.value.step.step.step_id };
    await waitUntilFinished(deps, { execution_id, step_id }, wait_seconds);
    const again = await find(deps, { execution_id, step_id });
    return again.ok ? accept(await detail(deps, again.value)) : again;
  };

const find = async (deps: Using, ids: { readonly execution_id: string; readonly step_id: string }) => {
  const shown = await loadShown(deps, ids.execution_id);
  if (shown === undefined) return refuse(notFound(`execution ${ids.execution_id}`));
  const named = shown.steps.find(({ step: { step_id } }) => step_id === ids.step_id);
  const written = shown.steps.filter(({ step }) => step.source_step_id === ids.step_id);
  const step = named ?? (written.length === 1 ? written[0] : undefined);
  if (step !== undefined) return accept({ shown, step });
  const others = written.map(({ step: { step_id } }) => step_id);
  const several = others.length === 0 ? "" : ` (several plans have one: ${others.slice(0, MOST_NAMED).join(", ")})`;
  return refuse(notFound(`step ${cutText(ids.step_id, MOST_SHOWN)} of execution ${ids.execution_id}${several}`));
};

type Found = Extract<Awaited<ReturnType<typeof find>>, { ok: true }>["value"];

const detail = async (deps: Using, { shown, step }: Found): Promise<StepDetail> => {
  const record = shown.recordOf(step.step);
  const ceilings = await ceilingsOf(deps, shown);
  const output = outputReached(record);
  return {
    ...viewOfStep(shown, step, ceilings.get(step.step.step_id)),
    execution_id: shown.execution.execution_id,
    output: output === null ? null : await deps.bodies.get(output),
    preview: await previewOf(deps, record),
    preview_digest: record.preview_digest,
    edits: record.edits,
    approved_by: record.approved_by,
    committed: record.committed,
    rungs: record.rungs,
  };
};

const previewOf = async (deps: Pick<Using, "bodies">, record: StepRecord): Promise<SealedPreview | null> =>
  record.preview === null ? null : sealedPreview.parse(await deps.bodies.get(record.preview));
