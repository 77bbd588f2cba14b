import { callDigest } from "../../conflicts/call-digest.ts";
import { outputDigest } from "../../execution/record/kept-output.ts";
import { isUnsettled, type LedgerRow, ledgerRowDigest } from "../../execution/record/ledger-row.ts";
import { stepMove } from "../../execution/record/step-event.ts";
import { bodyRef } from "../../execution/record/step-record.ts";
import { type Case, placeOf } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Replayed } from "../replay.ts";
import type { Check } from "./check.ts";

/**
 * Which events a settled row must have left in its step's chain. A compensation that was committed may still be found
 * incomplete; then a person settles it.
 */
const TOLD_BY = {
  forward: {
    COMMITTED: ["live_succeeded", "reconciled_happened"],
    REJECTED: ["live_failed", "reconciled_not_happened"],
  },
  compensation: {
    COMMITTED: ["compensated", "undo_happened", "compensation_failed"],
    REJECTED: ["compensation_failed"],
  },
} as const;

/** Events that say a call was committed, by the side of the ledger that must say so too. */
const SAYS_COMMITTED = {
  forward: ["live_succeeded", "reconciled_happened"],
  compensation: ["compensated", "undo_happened"],
} as const;

/** The ledger against the audit, both ways: no call without its event, no event without its call. */
export const ledger: Check = {
  name: "ledger",
  run: (verified, findings) => {
    const rows = new Map(verified.record.ledger.map((row) => [nameOf(row), row]));
    if (rows.size < verified.record.ledger.length) findings.tampered("ledger", "a row is there twice");
    for (const row of verified.record.ledger) {
      checkContent(verified, row, rows, findings);
      checkTold(verified, row, findings);
    }
    for (const { step_id, transitions } of verified.steps.values()) {
      for (const told of transitions) {
        checkRowOf(verified, step_id, told, rows, findings);
        checkSealed(verified, step_id, told, rows, findings);
      }
    }
    return verified.record.ledger.length;
  },
};

const nameOf = ({ step_id, side }: Pick<LedgerRow, "step_id" | "side">): string => `ledger ${step_id}/${side}`;

const includes = (names: readonly string[], name: string): boolean => names.includes(name);

/** A half written entry is missing while nothing seals it, and contradicts the record once something does. */
const missing = (verified: Case, findings: Findings) => (verified.unsealed ? findings.incomplete : findings.tampered);

/** Tool, digest of the call, and that there is such a step. */
const checkContent = (
  { execution_id, scheduled }: Case,
  row: LedgerRow,
  rows: ReadonlyMap<string, LedgerRow>,
  findings: Findings,
): void => {
  const where = nameOf(row);
  const compare = (what: string, expected: string, found: string): void => {
    if (expected !== found) findings.tampered(where, `its ${what} is another`, { expected, found });
  };
  compare("execution", execution_id, row.execution_id);
  const digest = callDigest(row.tool_name, row.arguments);
  compare("digest of the call", row.side === "forward" ? digest : `undo:${digest}`, row.call_digest);
  if (scheduled.size > 0) {
    const step = scheduled.get(row.step_id);
    if (step === undefined) findings.tampered(where, "the schedule has no such step");
    else {
      compare("tool", step.tool_name, row.tool_name);
      if (!step.writes) findings.tampered(where, "its step writes nothing, and the ledger holds writes only");
    }
  }
  if (row.side === "compensation" && rows.get(nameOf({ ...row, side: "forward" }))?.status !== "COMMITTED") {
    findings.tampered(where, "it undoes a call that was not committed");
  }
  if (row.evidence.length > 0) findings.note(where, `${row.evidence.length} outcomes came after it was settled`);
};

const checkTold = (verified: Case, row: LedgerRow, findings: Findings): void => {
  const where = nameOf(row);
  switch (row.status) {
    case "INTENT":
      findings.incomplete(where, "the call was begun and its outcome never recorded");
      return;
    case "INDETERMINATE":
      findings.note(where, "the outcome of the call is not known, and recorded as such");
      return;
    case "COMMITTED":
    case "REJECTED": {
      const names = TOLD_BY[row.side][row.status];
      const told = verified.steps.get(row.step_id)?.transitions.some(({ event }) => includes(names, event.type));
      if (told !== true) {
        const message = `the ledger says ${row.status} and no event does`;
        missing(verified, findings)(where, message, { expected: names.join(" or "), found: "no such event" });
      }
    }
  }
};

/** The row behind an event; reads have none. */
const checkRowOf = (
  verified: Case,
  step_id: string,
  told: Replayed,
  rows: ReadonlyMap<string, LedgerRow>,
  findings: Findings,
): void => {
  const { type } = told.event;
  const forward = includes(SAYS_COMMITTED.forward, type) && (told.after.committed || writes(verified, step_id));
  if (!forward && !includes(SAYS_COMMITTED.compensation, type)) return;
  const where = placeOf(told.event);
  const row = rows.get(nameOf({ step_id, side: forward ? "forward" : "compensation" }));
  const said = { expected: "a COMMITTED row", found: row?.status ?? "no row" };
  if (row === undefined || row.status === "REJECTED") {
    const find = row === undefined && verified.mayBeNewer(told.event) ? findings.incomplete : findings.tampered;
    find(where, "the event tells of a call that the ledger does not have", said);
  } else if (row.status !== "COMMITTED") {
    findings.incomplete(where, "the event tells of a call whose outcome the ledger does not have", said);
  } else if (forward) checkOutput(row, told, findings);
};

/** Every field of the row, late outcomes aside, is as it was when the event settled it; earlier releases sealed none. */
const checkSealed = (
  verified: Case,
  step_id: string,
  { event, before }: Replayed,
  rows: ReadonlyMap<string, LedgerRow>,
  findings: Findings,
): void => {
  const { ledger_row } = stepMove.parse(event.body);
  if (ledger_row === undefined) return;
  const undoing = before.state === "ROLLBACK" || before.phase === "reconcile_undo";
  const name = nameOf({ step_id, side: undoing ? "compensation" : "forward" });
  const row = rows.get(name);
  // Read before it was settled, as other checks tell: an execution that goes on is read in pages.
  if ((row === undefined || isUnsettled(row)) && verified.mayBeNewer(event)) return;
  const found = row === undefined ? "no row" : ledgerRowDigest(row);
  if (found === ledger_row) return;
  findings.tampered(name, `it is not the row that ${placeOf(event)} seals`, { expected: ledger_row, found });
};

const writes = ({ scheduled }: Case, step_id: string): boolean => scheduled.get(step_id)?.writes ?? false;

const outputRef = bodyRef.nullable();

/** The output that later steps and artifacts saw is the one the ledger holds; so is the moment the call began. */
const checkOutput = (row: LedgerRow, { event, after }: Replayed, findings: Findings): void => {
  const output = outputRef.safeParse(after.live_output);
  const found = outputDigest(row);
  if (output.success && output.data !== null && output.data.digest !== found) {
    findings.tampered(nameOf(row), `its output is not the one that ${placeOf(event)} names`, {
      expected: output.data.digest,
      found,
    });
  }
  const rung = after.rungs.findLast(({ mode }) => mode === "LIVE");
  if (rung !== undefined && event.type === "live_succeeded" && rung.started_at !== row.started_at) {
    findings.tampered(nameOf(row), `it began at another time than ${placeOf(event)} says`, {
      expected: rung.started_at,
      found: row.started_at,
    });
  }
};
