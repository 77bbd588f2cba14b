import { manifestDigest } from "../artifacts/manifest.ts";
import { buildCase, type CaseInput } from "./case.ts";
import type { Check } from "./checks/check.ts";
import { ALL_CHECKS, FILE_CHECKS } from "./checks/index.ts";
import { CHECK_NAMES, CHECKS, collect, type Finding, type VerificationReport, verdictOf } from "./finding.ts";
import { type EvidenceFile, readManifests, withNumbered } from "./read-manifests.ts";
import { noRecord, readRecord } from "./read-record.ts";
import { RECORD_NAME } from "./record-line.ts";
import type { SigningKey } from "./signing-keys.ts";

export type Evidence = {
  /** The execution that was asked for: evidence of another does not pass for it. */
  readonly execution_id: string;
  /** The record, a line each (`record.ndjson`). */
  readonly record: string;
  /** The artifacts and every manifest, byte for byte. */
  readonly files: readonly EvidenceFile[];
  /** Names of what lies beside them. */
  readonly beside?: readonly string[];
  readonly keys: readonly SigningKey[];
  /** The keys were given as the only ones that will do. */
  readonly pinned: boolean;
  /** Digests of manifests as earlier reports gave them (`sealed.digest`): a record that was wound back lacks them. */
  readonly remembered?: readonly string[];
};

/**
 * Recomputes everything that an execution left behind and says whether it fits together, naming everything that does
 * not. Pure: it trusts nothing but the keys. TAMPERED is a contradiction, INCOMPLETE something that is not proven (yet).
 */
export const verifyExecution = ({ record: text, ...evidence }: Evidence): VerificationReport => {
  const { execution_id } = evidence;
  const findings: Finding[] = [];
  const record = readRecord(text, collect("record", findings));
  if (record.head !== undefined && record.head.execution_id !== execution_id) {
    collect("record", findings).tampered("record", "it is of another execution", {
      expected: execution_id,
      found: record.head.execution_id,
    });
  }
  return examine({ ...evidence, record, alone: false }, ALL_CHECKS, findings);
};

/**
 * The same of the files alone, without a record: digests, signature, the chain of manifests that are there, and whether
 * the files fit together. At best INCOMPLETE: what happened is in the record.
 */
export const verifyFiles = ({ files, ...evidence }: Omit<Evidence, "record">): VerificationReport => {
  const findings: Finding[] = [];
  collect("record", findings).incomplete(RECORD_NAME, NOT_CHECKED);
  return examine({ ...evidence, files: withNumbered(files), record: noRecord, alone: true }, FILE_CHECKS, findings);
};

const NOT_CHECKED =
  "it is not here: only the files were looked at, not events, requests, ledger and documents. Fetch all: buddy artifacts";

type Examined = Omit<CaseInput, "manifests" | "remembered"> & Pick<Evidence, "remembered">;

const examine = (
  { remembered = [], ...given }: Examined,
  checks: readonly Check[],
  findings: Finding[],
): VerificationReport => {
  const { execution_id, record, files } = given;
  const manifests = readManifests(execution_id, files, collect("manifests", findings));
  const verified = buildCase({ ...given, manifests, remembered });
  const examined = new Map([["record", record.lines]]);
  for (const { name, run } of checks) examined.set(name, run(verified, collect(name, findings)));
  const { latest } = verified;
  const names: readonly string[] = ["record", ...checks.map(({ name }) => name)];
  return {
    execution_id,
    verdict: verdictOf(findings),
    unreachable: null,
    sealed:
      latest === undefined
        ? null
        : { manifest: latest.number, digest: manifestDigest(latest), merkle_root: latest.merkle_root },
    checks: CHECK_NAMES.filter((check) => names.includes(check)).map((check) => ({
      check,
      says: CHECKS[check],
      examined: examined.get(check) ?? 0,
      findings: findings.filter((finding) => finding.check === check),
    })),
  };
};
