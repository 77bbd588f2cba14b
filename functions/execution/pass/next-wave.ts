import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { RungItem } from "../../../shared/execution/view/view.ts";
import { type Advance, advance } from "../../../shared/execution/wave/advance.ts";
import { type Batch, inBatches } from "../../../shared/execution/wave/batches.ts";
import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import { runInput } from "../../records/run-life-cycle.ts";
import { type MarkedItem, type PassInput, type WaveItem, waveInput } from "../../records/workflow-input.ts";
import type { RequestView } from "./approval-requests.ts";
import { checkFinalCalls } from "./check-final-calls.ts";
import { HISTORY_EVENTS } from "./history-events.ts";
import { type PassAnswer, passAnswer } from "./pass-answer.ts";
import { readView, type ViewDeps } from "./read-view.ts";
import { type RescheduleDeps, rescheduleEdits } from "./reschedule-edits.ts";
import { settleAnswers } from "./settle-answers.ts";
import { type StoreDeps, store } from "./store-pass.ts";
import { waitFingerprint } from "./wait-fingerprint.ts";
import { withinBytes } from "./within-bytes.ts";

export type NextWaveDeps = ViewDeps & RescheduleDeps & StoreDeps & Pick<Deps, "log">;

/**
 * One pass: settles what the pass before left unfinished, applies what people and time decided, and says what is ready.
 * Asked twice with the same number it answers the same twice, whatever happened in between.
 */
export const nextWave =
  (deps: NextWaveDeps) =>
  async (input: unknown): Promise<PassAnswer> => {
    const { execution_id, history, pass, answers } = waveInput.parse(input);
    const { own, before: answeredBefore } = await deps.executions.passAnswers(execution_id, history, pass);
    if (own !== undefined) return passAnswer.parse(own);
    const execution = await readExecution(deps, execution_id);
    const isOver = (found: ExecutionRecord): boolean => {
      const superseded = found.history !== history || found.status !== "RUNNING";
      if (superseded) deps.log.warn("a workflow run that was superseded asked for a wave", { history, pass });
      return superseded || found.concluded !== null;
    };
    const nothing = { ...NOTHING_TO_DO, execution_id, history, pass: pass + 1, wave: [] };
    if (isOver(execution)) return nothing;
    const before = answeredBefore && passAnswer.parse(answeredBefore);
    const alone = answers === undefined ? undefined : await settleAnswers(deps, before?.wave ?? [], answers);
    const requests = await deps.approvals.ofExecution(execution_id);
    await rescheduleEdits(deps, requests);
    await checkFinalCalls(deps, execution);
    // A decision that came since is found by the wait: what this pass has seen is in its answer.
    const view = await readView(deps, execution_id, requests);
    // It may have been concluded, and gone on with in a fresh workflow run, since it was read first.
    if (isOver(view.execution)) return nothing;
    const answer = advance(view);
    const approvals = await store(deps, view, answer, rehearsedBefore(before, view));
    const seen = waitFingerprint(view.execution, approvals, view.locks, view.live_enabled);
    const marks = answer.wave.map((item) => marked(item, view));
    const decided = withinBytes(marks, (handedOut) => {
      // The file of an earlier release has no answers to give, and one step an iteration.
      const wave = inBatches(handedOut, ({ step_id }) => alone?.has(step_id) ?? true).map(asItem);
      // Without what a batch says once for all of its steps.
      return passAnswer.parse(budget({ execution_id, history, pass }, before, { ...answer, wave }, seen));
    });
    const rests = answer.rests_on.length === 0 ? {} : { rests_on: [...answer.rests_on] };
    const awaits = answer.awaits.length === 0 ? {} : { awaits: [...answer.awaits] };
    const stored = await deps.executions.answerPass(execution_id, history, pass, { ...decided, ...rests, ...awaits });
    return passAnswer.parse(stored);
  };

/**
 * Steps whose function may have ended them by itself since the pass before. The first pass of a workflow run does not
 * know what the run before it handed out last: any step that ended in its rehearsal may be among that.
 */
const rehearsedBefore = (before: PassAnswer | undefined, { records }: RequestView): ReadonlySet<string> =>
  before === undefined
    ? new Set([...records.values()].filter(endedInRehearsal).map(({ step_id }) => step_id))
    : rehearsedIn(before.wave);

const endedInRehearsal = ({ phase, state, ending, rungs }: StepRecord): boolean =>
  phase === "finished" && state === "ABORTED" && ending === "failed" && rungs.at(-1)?.mode !== "LIVE";

/** Steps whose function may have ended them by itself: a preview that cannot be made any more is no pass's to write. */
const rehearsedIn = (wave: readonly WaveItem[]): ReadonlySet<string> =>
  new Set(
    wave.flatMap((item) => {
      if ("steps" in item) return item.steps.map(({ step_id }) => step_id);
      return item.rung === "MOCK" || item.rung === "DRY_RUN" ? [item.step_id] : [];
    }),
  );

/** The item with what its functions' lines are to say beside its own ids. */
const marked = (item: RungItem, { records, execution }: RequestView): MarkedItem => ({
  ...item,
  plan_id: records.get(item.step_id)?.plan_id ?? null,
  correlation_id: runInput(execution).correlation_id,
});

/** A batch says once what its steps have in common. */
const asItem = (each: MarkedItem | Batch<MarkedItem>): WaveItem => {
  if (!("items" in each)) return each;
  const { rung, at_once, items } = each;
  const [{ execution_id, correlation_id }] = items;
  return { execution_id, rung, at_once, correlation_id, steps: [...items] };
};

const NOTHING_TO_DO = { decision: "DONE", wait_seconds: 1, events_used: 0, seen: "" } as const;

const budget = (
  { execution_id, history, pass }: PassInput,
  before: PassAnswer | undefined,
  answer: Pick<Advance, "decision" | "wait_seconds"> & { readonly wave: readonly WaveItem[] },
  seen: string,
): PassAnswer => {
  const used = before?.events_used ?? 0;
  const events_used = used + HISTORY_EVENTS.pass + answer.wave.length * HISTORY_EVENTS.item;
  const goesOn = answer.decision === "WAVE" || answer.decision === "WAIT";
  const decision = goesOn && events_used > HISTORY_EVENTS.budget ? "CONTINUE" : answer.decision;
  const wave = decision === "WAVE" ? [...answer.wave] : [];
  return {
    execution_id,
    history,
    pass: pass + 1,
    decision,
    wave,
    wait_seconds: answer.wait_seconds,
    events_used,
    seen,
  };
};
