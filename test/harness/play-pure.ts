import type { Schedule } from "../../shared/conflicts/schedule.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { type Advance, advance } from "../../shared/execution/wave/advance.ts";
import { CONTRACTS } from "./arbitrary-schedules.ts";
import type { Choices } from "./choices.ts";
import { operatorActs, runItem, somebodyActs, unlockAndResume } from "./pure-environment.ts";
import { PureExecution } from "./pure-execution.ts";

/** Asked after every pass. */
export type Law = (run: PureExecution, answer: Advance, before: ReadonlyMap<string, StepRecord>) => void;

/** One execution from its first pass to its end; `undone`: a person may have it rolled back then, by choice. */
export const live = (schedule: Schedule, choices: Choices, laws: readonly Law[], undone = false): PureExecution => {
  const run = new PureExecution(schedule, CONTRACTS);
  const isUndone = undone && choices.of(2) === 0;
  for (let pass = 0; ; pass += 1) {
    if (pass > 400)
      throw new Error(
        `no end: ${JSON.stringify([...run.records.values()].map(({ step_id, state, phase, reason }) => [step_id, state, phase, reason]))}`,
      );
    operatorActs(run, choices);
    const before = new Map(run.records);
    const answer = advance(run.view());
    run.store(answer);
    for (const law of laws) law(run, answer, before);
    switch (answer.decision) {
      case "WAVE":
        for (const item of answer.wave) runItem(run, item, choices);
        run.now += 3_000;
        break;
      case "WAIT":
        somebodyActs(run, answer.wait_seconds, choices);
        break;
      case "LOCKED": {
        const undoing = [...run.approvals.values()].find(
          ({ kind, status }) => kind === "undo_failed" && status === "open",
        );
        if (undoing !== undefined) run.decide(undoing.approval_id, { status: "undone" });
        unlockAndResume(run);
        break;
      }
      case "DONE":
        if (run.execution.rollback_requested !== null || !isUndone) return run;
        run.execution = {
          ...run.execution,
          rollback_requested: { by: "olga", at: run.at(), reason: "?", number: 1, depth: null },
        };
        break;
      case "ABORTED":
        return run;
    }
  }
};
