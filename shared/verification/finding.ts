/** The checks, in the order of the report. */
export const CHECKS = {
  record: "the record can be read, whole",
  chains: "every chain is gapless and every event is linked to the one before",
  transitions: "every transition follows from the one before",
  documents: "plans, schedules and previews are those that the events name",
  manifests: "manifests are numbered, each holds its predecessor's digest",
  seal: "chains and Merkle root are those that the manifests seal",
  signature: "manifests carry a signature of the known key",
  artifacts: "the files are those that the manifest seals",
  together: "the files tell of the same steps, conflicts and roll backs",
  step_heads: "what was concluded names the heads of the step chains",
  ledger: "the ledger and the audit tell of the same calls",
  approvals: "what ran LIVE is what people approved",
  order: "nothing was made ahead of what it depends on",
  standing: "the execution and its requests stand as events and seal say",
  operators: "what operators did is one chain, and what manifests seal of it is there",
} as const;
export type CheckName = keyof typeof CHECKS;

export const CHECK_NAMES = Object.keys(CHECKS).filter((name): name is CheckName => name in CHECKS);

/** `tampered` contradicts the record, `incomplete` leaves something unproven, a `note` is neither. */
type Severity = "tampered" | "incomplete" | "note";

export type Finding = {
  readonly check: CheckName;
  readonly severity: Severity;
  /** A chain with a place in it, a file, an approval, a ledger row: where to look. */
  readonly where: string;
  readonly message: string;
  readonly expected: string | null;
  readonly found: string | null;
};

/** Collects what a check finds. */
export type Findings = {
  readonly tampered: (where: string, message: string, compared?: Compared) => void;
  readonly incomplete: (where: string, message: string, compared?: Compared) => void;
  readonly note: (where: string, message: string) => void;
};
type Compared = { readonly expected: string; readonly found: string };

export const collect = (check: CheckName, into: Finding[]): Findings => {
  const add =
    (severity: Severity) =>
    (where: string, message: string, compared?: Compared): void => {
      into.push({
        check,
        severity,
        where,
        message,
        expected: compared?.expected ?? null,
        found: compared?.found ?? null,
      });
    };
  return { tampered: add("tampered"), incomplete: add("incomplete"), note: add("note") };
};

export type Verdict = "OK" | "TAMPERED" | "INCOMPLETE" | "UNREACHABLE";

export type CheckReport = {
  readonly check: CheckName;
  readonly says: string;
  /** How many things were looked at. */
  readonly examined: number;
  readonly findings: readonly Finding[];
};

export type VerificationReport = {
  readonly execution_id: string;
  readonly verdict: Verdict;
  /** Why nothing could be looked at; null otherwise. */
  readonly unreachable: string | null;
  /** Of the last manifest; null where there is none. Kept elsewhere, they show later that nothing was wound back. */
  readonly sealed: { readonly manifest: number; readonly digest: string; readonly merkle_root: string } | null;
  readonly checks: readonly CheckReport[];
};

export const unreachableReport = (execution_id: string, why: string): VerificationReport => ({
  execution_id,
  verdict: "UNREACHABLE",
  unreachable: why,
  sealed: null,
  checks: [],
});

/** One contradiction outweighs everything that is merely missing. */
export const verdictOf = (findings: readonly Pick<Finding, "severity">[]): "OK" | "TAMPERED" | "INCOMPLETE" => {
  if (findings.some(({ severity }) => severity === "tampered")) return "TAMPERED";
  return findings.some(({ severity }) => severity === "incomplete") ? "INCOMPLETE" : "OK";
};
