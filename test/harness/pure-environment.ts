import { resumesOf } from "../../shared/execution/record/execution-record.ts";
import type { RungResult } from "../../shared/execution/record/step-record.ts";
import { ledgerName, type RungItem } from "../../shared/execution/view/view.ts";
import { digestOf } from "../../shared/plan/digest.ts";
import type { Choices } from "./choices.ts";
import { bodyRefOf, type PureExecution } from "./pure-execution.ts";

/** The world, people and time as they act on an execution; the first choice always brings it forward. */
export const runItem = (run: PureExecution, item: RungItem, choices: Choices): void => {
  switch (item.rung) {
    case "MOCK":
      mock(run, item, choices.of(60) === 59);
      break;
    case "DRY_RUN":
      dryRun(run, item, choices.of(60));
      break;
    case "LIVE":
      live(run, item, choices.of(12));
      break;
    case "ROLLBACK":
      rollBack(run, item, choices.of(6));
      break;
  }
};

const rung = (run: PureExecution, mode: RungResult["mode"], outcome: RungResult["outcome"]): RungResult => ({
  mode,
  outcome,
  started_at: run.at(),
  duration_ms: 1,
  timed_out: false,
  error: outcome === "succeeded" ? null : "no",
});

const mock = (run: PureExecution, { step_id, ceiling }: RungItem, fails: boolean): void => {
  const rungs = [...run.record(step_id).rungs, rung(run, "MOCK", fails ? "failed" : "succeeded")];
  const mock_output = bodyRefOf(`mock:${step_id}`);
  if (fails) run.emit(step_id, "failed", { ending: "failed", rungs });
  else if (ceiling === "MOCK") run.emit(step_id, "ceiling_reached", { ending: "ceiling", mock_output, rungs });
  else run.emit(step_id, "mock_succeeded", { mock_output, rungs });
};

const dryRun = (run: PureExecution, { step_id, provisional }: RungItem, choice: number): void => {
  const record = run.record(step_id);
  const rungs = [...record.rungs, rung(run, "DRY_RUN", choice === 59 ? "failed" : "succeeded")];
  if (choice === 59) {
    run.emit(step_id, "failed", { ending: "failed", rungs });
    return;
  }
  // A preview made again is the same one, unless something changed.
  const digest = digestOf("preview", `${step_id} ${record.edits} ${choice > 50 ? record.seq : ""}`);
  const preview = bodyRefOf(`preview:${digest}`);
  run.emit(step_id, "previewed", { preview, preview_digest: digest, provisional, dry_run_output: preview, rungs });
};

const FAILING = new Set([1, 10, 11]);

const live = (run: PureExecution, item: RungItem, choice: number): void => {
  const { step_id } = item;
  const record = run.record(step_id);
  const step = run.schedule.steps.find((each) => each.step_id === step_id);
  const row = run.ledger.get(ledgerName(step_id, "forward"));
  if (row !== undefined) {
    // Of a call that was sent, only its outcome can still become known.
    run.writeRow(item, "forward", choice % 3 === 0 ? "COMMITTED" : choice % 3 === 1 ? "REJECTED" : "INDETERMINATE");
    if (choice % 3 === 2) run.emit(step_id, "live_unknown", { ...run.announce(step_id, "reconcile") });
    return;
  }
  const writes = step?.writes ?? true;
  const live_output = bodyRefOf(`live:${step_id}`);
  const rungs = [...record.rungs, rung(run, "LIVE", FAILING.has(choice) ? "failed" : "succeeded")];
  switch (choice) {
    case 1:
    case 10:
    case 11:
      if (writes) run.writeRow(item, "forward", "REJECTED");
      run.emit(step_id, "live_failed", { ending: "failed", rungs });
      return;
    case 2:
      if (!writes) break;
      run.writeRow(item, "forward", "INDETERMINATE");
      run.emit(step_id, "live_unknown", run.announce(step_id, "reconcile"));
      return;
    case 3:
      run.emit(step_id, "live_deferred", { look_again_at: new Date(run.now + 5_000).toISOString() });
      return;
    case 4:
      run.emit(step_id, "live_not_started", { ending: "not_started" });
      return;
    case 5: {
      if (step?.approval_needed !== true) break;
      const digest = digestOf("preview", `${step_id} drifted ${record.seq}`);
      const preview = bodyRefOf(digest);
      run.emit(step_id, "drifted", { preview, preview_digest: digest, approved_digest: null, approved_by: [] });
      return;
    }
    case 6:
      // It crashed in the middle of the call.
      if (writes) run.writeRow(item, "forward", "INTENT");
      return;
    case 7:
      // It crashed between the outcome and its event.
      if (writes) run.writeRow(item, "forward", "COMMITTED");
      return;
    default:
      break;
  }
  if (writes) run.writeRow(item, "forward", "COMMITTED");
  run.emit(step_id, "live_succeeded", { ending: "live", live_output, rungs, ...(writes ? { committed: true } : {}) });
};

const rollBack = (run: PureExecution, item: RungItem, choice: number): void => {
  const { step_id } = item;
  if (run.ledger.has(ledgerName(step_id, "compensation"))) {
    run.writeRow(item, "compensation", "COMMITTED");
    return;
  }
  switch (choice) {
    case 1:
      run.writeRow(item, "compensation", "REJECTED");
      run.emit(step_id, "compensation_failed", run.announce(step_id, "undo_failed"));
      return;
    case 2:
      run.writeRow(item, "compensation", "INDETERMINATE");
      run.emit(step_id, "compensation_unknown", run.announce(step_id, "reconcile_undo"));
      return;
    case 3:
      run.emit(step_id, "undo_deferred", { look_again_at: new Date(run.now + 5_000).toISOString() });
      return;
    case 4:
      run.writeRow(item, "compensation", "INTENT");
      return;
    case 5:
      // Another execution's work rests on it: asked once.
      if (run.record(step_id).undo_despite !== undefined) break;
      run.emit(step_id, "undo_withheld", { ...run.announce(step_id, "undo"), ending: "live", undo_despite: "asked" });
      return;
    default:
      break;
  }
  run.writeRow(item, "compensation", "COMMITTED");
  run.emit(step_id, "compensated", { ending: "compensated" });
};

/** A person decides one open request, or time passes. */
export const somebodyActs = (run: PureExecution, wait_seconds: number, choices: Choices): void => {
  // A request of a locked step is open and cannot be decided: people turn to the others.
  const open = [...run.approvals.values()].filter(
    ({ status, kind, step_id }) => status === "open" && !(kind === "approve" && run.record(step_id).state === "LOCKED"),
  );
  const chosen = open[choices.of(Math.max(1, open.length))];
  if (chosen === undefined || choices.of(6) === 5) {
    run.now += wait_seconds * 1000;
    run.expire();
    return;
  }
  run.now += 1_000;
  run.expire();
  if (run.approvals.get(chosen.approval_id)?.status !== "open") return;
  const { approval_id, step_id, kind } = chosen;
  switch (kind) {
    case "approve": {
      const status = (["approved", "approved", "rejected", "edited"] as const)[choices.of(4)] ?? "approved";
      const allowed = status === "edited" && run.record(step_id).edits >= 3 ? "approved" : status;
      run.decide(approval_id, { status: allowed });
      break;
    }
    case "reconcile":
    case "reconcile_undo": {
      const side = kind === "reconcile" ? "forward" : "compensation";
      const row = run.ledger.get(ledgerName(step_id, side));
      const happened = choices.of(2) === 0;
      run.decide(approval_id, { status: happened ? "happened" : "did_not_happen" });
      if (row === undefined) break;
      if (!happened && side === "compensation") run.ledger.delete(ledgerName(step_id, side));
      else run.ledger.set(ledgerName(step_id, side), { ...row, status: happened ? "COMMITTED" : "REJECTED" });
      break;
    }
    case "undo_failed":
      run.decide(approval_id, { status: choices.of(2) === 0 ? "undone" : "accepted" });
      break;
    case "undo":
      run.decide(approval_id, { status: (["approved", "rejected", "undone"] as const)[choices.of(3)] ?? "approved" });
      break;
  }
};

/** Now and then an operator does something. */
export const operatorActs = (run: PureExecution, choices: Choices): void => {
  const by = { by: "olga", at: run.at(), reason: "?" };
  switch (choices.of(80)) {
    case 73:
    case 74:
    case 75:
    case 76:
      run.locks.set("l1", {
        lock_id: "everything",
        scope: { kind: "everything" },
        mode: choices.of(2) === 0 ? "stop_forward" : "freeze_all",
        reason: "?",
        locked_by: "olga",
        locked_at: run.at(),
      });
      return;
    case 77:
      run.execution = { ...run.execution, abort_requested: by };
      return;
    case 78:
      run.live_enabled = !run.live_enabled;
      return;
    case 79:
      unlockAndResume(run);
      return;
    default:
      return;
  }
};

export const unlockAndResume = (run: PureExecution): void => {
  run.now += 1_000;
  run.locks.clear();
  run.execution = {
    ...run.execution,
    resume_requested: { by: "omar", at: run.at(), reason: "?", number: resumesOf(run.execution) + 1 },
  };
};
