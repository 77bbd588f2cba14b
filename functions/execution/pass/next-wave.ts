import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import type { RungItem } from "../../../shared/execution/view.ts";
import { type Advance, advance } from "../../../shared/execution/wave/advance.ts";
import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import { runInput } from "../../records/run-life-cycle.ts";
import { type MarkedItem, passInput } from "../../records/workflow-input.ts";
import type { RequestView } from "./approval-requests.ts";
import { checkFinalCalls } from "./check-final-calls.ts";
import { HISTORY_EVENTS } from "./history-events.ts";
import { type PassAnswer, passAnswer } from "./pass-answer.ts";
import { readView, type ViewDeps } from "./read-view.ts";
import { type RescheduleDeps, rescheduleEdits } from "./reschedule-edits.ts";
import { type StoreDeps, store } from "./store-pass.ts";
import { waitFingerprint } from "./wait-fingerprint.ts";

export type NextWaveDeps = ViewDeps & RescheduleDeps & StoreDeps & Pick<Deps, "log">;

/**
 * One pass: settles what the pass before left unfinished, applies what people and time decided, and says what is ready.
 * Asked twice with the same number it answers the same twice, whatever happened in between.
 */
export const nextWave =
  (deps: NextWaveDeps) =>
  async (input: unknown): Promise<PassAnswer> => {
    const { execution_id, history, pass } = passInput.parse(input);
    const known = await deps.executions.passAnswer(execution_id, history, pass);
    if (known !== undefined) return passAnswer.parse(known);
    const execution = await readExecution(deps, execution_id);
    const isOver = (found: ExecutionRecord): boolean => {
      const superseded = found.history !== history || found.status !== "RUNNING";
      if (superseded) deps.log.warn("a workflow run that was superseded asked for a wave", { history, pass });
      return superseded || found.concluded !== null;
    };
    const nothing = { ...NOTHING_TO_DO, execution_id, history, pass: pass + 1, wave: [] };
    if (isOver(execution)) return nothing;
    await rescheduleEdits(deps, execution_id);
    await checkFinalCalls(deps, execution);
    const view = await readView(deps, execution_id);
    // It may have been concluded, and gone on with in a fresh workflow run, since it was read first.
    if (isOver(view.execution)) return nothing;
    const answer = advance(view);
    const approvals = await store(deps, view, answer);
    const seen = waitFingerprint(view.execution, approvals, view.locks, view.live_enabled);
    const wave = answer.wave.map((item) => marked(item, view));
    const decided = await budget(deps, { execution_id, history, pass }, { ...answer, wave }, seen);
    return passAnswer.parse(await deps.executions.answerPass(execution_id, history, pass, decided));
  };

/** The item with what its functions' lines are to say beside its own ids. */
const marked = (item: RungItem, { records, execution }: RequestView): MarkedItem => ({
  ...item,
  plan_id: records.get(item.step_id)?.plan_id ?? null,
  correlation_id: runInput(execution).correlation_id,
});

const NOTHING_TO_DO = { decision: "DONE", wait_seconds: 1, events_used: 0, seen: "" } as const;

const budget = async (
  deps: Pick<NextWaveDeps, "executions">,
  asked: { execution_id: string; history: number; pass: number },
  answer: Pick<Advance, "decision" | "wait_seconds"> & { readonly wave: readonly MarkedItem[] },
  seen: string,
): Promise<PassAnswer> => {
  const { execution_id, history, pass } = asked;
  const before = await deps.executions.passAnswer(execution_id, history, pass - 1);
  const used = before === undefined ? 0 : passAnswer.parse(before).events_used;
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
