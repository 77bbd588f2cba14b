import { manifestDigest } from "../artifacts/manifest.ts";
import { buildCase } from "./case.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { CHECK_NAMES, CHECKS, collect, type Finding, type VerificationReport, verdictOf } from "./finding.ts";
import { type EvidenceFile, readManifests } from "./read-manifests.ts";
import { readRecord } from "./read-record.ts";
import type { SigningKey } from "./signing-keys.ts";

export type Evidence = {
  /** The execution that was asked for: evidence of another does not pass for it. */
  readonly execution_id: string;
  /** The record, a line each (`record.ndjson`). */
  readonly record: string;
  /** The artifacts and every manifest, byte for byte. */
  readonly files: readonly EvidenceFile[];
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
export const verifyExecution = (evidence: Evidence): VerificationReport => {
  const { execution_id, files, keys, pinned, remembered = [] } = evidence;
  const findings: Finding[] = [];
  const record = readRecord(evidence.record, collect("record", findings));
  if (record.head !== undefined && record.head.execution_id !== execution_id) {
    collect("record", findings).tampered("record", "it is of another execution", {
      expected: execution_id,
      found: record.head.execution_id,
    });
  }
  const manifests = readManifests(execution_id, files, collect("manifests", findings));
  const verified = buildCase({ execution_id, record, manifests, files, keys, pinned, remembered });
  const examined = new Map([["record", record.lines]]);
  for (const { name, run } of ALL_CHECKS) examined.set(name, run(verified, collect(name, findings)));
  const { latest } = verified;
  return {
    execution_id,
    verdict: verdictOf(findings),
    unreachable: null,
    sealed:
      latest === undefined
        ? null
        : { manifest: latest.number, digest: manifestDigest(latest), merkle_root: latest.merkle_root },
    checks: CHECK_NAMES.map((check) => ({
      check,
      says: CHECKS[check],
      examined: examined.get(check) ?? 0,
      findings: findings.filter((finding) => finding.check === check),
    })),
  };
};
