import { RECORD_DAMAGED } from "../../shared/ports/damaged.ts";
import type { CheckReport, Finding, VerificationReport } from "../../shared/verification/finding.ts";
import { type Evidence, verifyFiles } from "../../shared/verification/verify-execution.ts";
import { ApiProblem } from "../client/problem.ts";

/** Whether the server answered that a record which was asked for cannot be read. */
export const isDamaged = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && error.problem.reason === RECORD_DAMAGED;

/**
 * A report of an execution of which the server cannot read a record: it is there, and nothing that any release wrote. The
 * files are verified beside. `why` says where it stands.
 */
export const damagedReport = (evidence: Omit<Evidence, "record">, why: string): VerificationReport => {
  const report = verifyFiles(evidence);
  const finding: Finding = {
    ...{ check: "record", severity: "tampered", where: "record", message: why },
    ...{ expected: null, found: null },
  };
  const withFinding = (check: CheckReport): CheckReport =>
    check.check === "record" ? { ...check, findings: [finding] } : check;
  return { ...report, verdict: "TAMPERED", checks: report.checks.map(withFinding) };
};
