import { numberedManifest } from "../../artifacts/manifest.ts";
import { requestsDigest } from "../../artifacts/sealed-requests.ts";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { RecordHead } from "../record-line.ts";
import type { Check } from "./check.ts";

/**
 * How the execution stands is what the last `concluded` event says, and its requests are those that the last manifest
 * seals. Only where nothing was written since: one that is read while it goes on is compared after its next seal.
 */
export const standing: Check = {
  name: "standing",
  run: (verified, findings) => {
    const { record, latest, settled } = verified;
    const { head } = record;
    if (head === undefined) return 0;
    checkKey(findings, "submission", head.submission);
    if (latest === undefined || !settled) return 1;
    checkEnd(verified, head, findings);
    if (head.status === "RUNNING" || latest.requests_digest === undefined) return 1;
    const found = requestsDigest(record.approvals);
    if (found !== latest.requests_digest) {
      const message = `they are not those that ${numberedManifest(latest.number)} seals: one was changed, added or left out`;
      findings.tampered("requests", message, { expected: latest.requests_digest, found });
    }
    return 1 + record.approvals.length;
  },
};

/** Bodies are kept under a name that ends in their digest. */
const checkKey = (findings: Findings, what: string, { key, digest }: RecordHead["submission"]): void => {
  if (key.endsWith(`/${digest}.json`)) return;
  findings.tampered("execution", `its ${what} is kept under the name of another`, {
    expected: `.../${digest}.json`,
    found: key,
  });
};

/** Sealed as it ended; one that was taken up again says so by a later workflow run. */
const checkEnd = ({ serial }: Case, head: RecordHead, findings: Findings): void => {
  const concluded = serial.findLast(({ type }) => type === "concluded");
  if (concluded === undefined) return;
  const { status, history } = concluded.body;
  const goesOn = head.status === "RUNNING" && head.history > Number(history);
  if (goesOn || (head.status === status && head.history === history)) return;
  findings.tampered("execution", "it does not stand as it was concluded", {
    expected: `${String(status)}, history ${String(history)}`,
    found: `${head.status}, history ${head.history}`,
  });
};
