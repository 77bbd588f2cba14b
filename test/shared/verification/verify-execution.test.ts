import { generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { attachSignature, manifest, payloadToSign, renderManifest } from "../../../shared/artifacts/manifest.ts";
import { type AuditEvent, nextLink } from "../../../shared/audit/audit-event.ts";
import { ledgerRowDigest } from "../../../shared/execution/record/ledger-row.ts";
import { stepEventBody } from "../../../shared/execution/record/step-event.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import type { Signer } from "../../../shared/ports/signer.ts";
import type { VerificationReport } from "../../../shared/verification/finding.ts";
import { documentLines, type RecordLine } from "../../../shared/verification/record-line.ts";
import { signingKeys } from "../../../shared/verification/signing-keys.ts";
import { type Evidence, verifyExecution } from "../../../shared/verification/verify-execution.ts";
import {
  approveAll,
  evidenceOf,
  keyPair,
  operatorsAct,
  recordOf,
  rollBack,
  signedHarness,
  signerOf,
  submit,
} from "./real-execution.ts";
import { changed, linesOf, rewritten, textOf, withFile, withLines } from "./tampering.ts";

const keys = keyPair();
const otherKeys = keyPair();

/** One execution that was sealed once, one that was rolled back twice and so was sealed three times. */
let once: Evidence;
let thrice: Evidence;
let stillOpen: Evidence;

beforeAll(async () => {
  const on = await signedHarness(keys);
  await operatorsAct(on);
  const id = await submit(on);
  stillOpen = await evidenceOf(on, id, keys);
  await approveAll(on, id);
  once = await evidenceOf(on, id, keys);
  const other = await submit(on);
  await approveAll(on, other);
  await rollBack(on, other, 1);
  await operatorsAct(on);
  await rollBack(on, other, 1);
  thrice = await evidenceOf(on, other, keys);
});

const findingsOf = (report: VerificationReport) =>
  report.checks.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== "note");
const found = (evidence: Evidence) => {
  const report = verifyExecution(evidence);
  return { verdict: report.verdict, findings: findingsOf(report).map(({ check, where }) => `${check}: ${where}`) };
};
/** The verdict with one of the findings that explain it. */
const expectTampered = (evidence: Evidence, finding: string) => {
  const { verdict, findings } = found(evidence);
  expect(findings).toContain(finding);
  expect(verdict).toBe("TAMPERED");
};

describe("a record nobody touched", () => {
  it("a record nobody touched is OK, and every check looked at something", () => {
    const report = verifyExecution(once);
    expect(findingsOf(report)).toEqual([]);
    expect(report.verdict).toBe("OK");
    expect(report.checks.filter(({ examined }) => examined === 0)).toEqual([]);
  });

  it("a record nobody touched is OK after it was rolled back twice, sealed three times, in pages of any size", async () => {
    expect(found(thrice)).toEqual({ verdict: "OK", findings: [] });
    const on = await signedHarness(keys);
    const id = await submit(on);
    await approveAll(on, id);
    expect(await recordOf(on, id, 1)).toBe(await recordOf(on, id, 200));
  });

  it("a record nobody touched is INCOMPLETE before it is sealed", () => {
    expect(found(stillOpen)).toEqual({ verdict: "INCOMPLETE", findings: ["manifests: manifest.json"] });
  });

  it("a record nobody touched is INCOMPLETE when it was taken up again after its last seal", () => {
    const later = withFile(
      withFile(thrice, "manifest-3.json", undefined),
      "manifest.json",
      textOf(thrice, "manifest-2.json"),
    );
    const reopened = changed(later, (line) =>
      line.kind === "execution" ? { ...line, execution: { ...line.execution, status: "RUNNING", manifests: 2 } } : line,
    );
    expect(found(reopened).verdict).toBe("INCOMPLETE");
    expect(found(reopened).findings).toContain("seal: manifest-2.json");
  });
});

describe("the signature", () => {
  it("a signature cannot be checked without a key, which is INCOMPLETE and says who signed", () => {
    const report = verifyExecution({ ...once, keys: [], pinned: false });
    expect(report.verdict).toBe("INCOMPLETE");
    expect(findingsOf(report)[0]?.message).toContain(signingKeys(keys.pem)[0]?.key_id);
  });

  it("a signature of another key is TAMPERED where the key is pinned, INCOMPLETE where it only happens to be at hand", () => {
    const withOther = { ...once, keys: signingKeys(otherKeys.pem) };
    expect(found({ ...withOther, pinned: true })).toEqual({
      verdict: "TAMPERED",
      findings: ["signature: manifest-1.json"],
    });
    expect(found({ ...withOther, pinned: false }).verdict).toBe("INCOMPLETE");
  });

  it("a signature may be of a key service, whose name for the key no signature covers: that is noted", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const signer: Signer = {
      sign: async (payload) => {
        const value = sign("sha256", Buffer.from(payload), { key: privateKey, dsaEncoding: "ieee-p1363" });
        return { algorithm: "ES256", key_id: "arn:aws:kms:a-key", value: value.toString("base64url") };
      },
    };
    const signed = await rewritten(once, (event) => event, signer);
    const pem = String(publicKey.export({ type: "spki", format: "pem" }));
    const report = verifyExecution({ ...signed, keys: signingKeys(pem) });
    expect(report.verdict).toBe("OK");
    expect(report.checks.find(({ check }) => check === "signature")?.findings[0]?.message).toContain(
      "arn:aws:kms:a-key",
    );
  });

  it("a signature may be of any of the keys that were given, as when a key was replaced", () => {
    expect(found({ ...once, keys: signingKeys(`${otherKeys.pem}${keys.pem}`) }).verdict).toBe("OK");
  });

  it("a signature that is not there leaves the origin unproven, and contradicts a pinned key", () => {
    const unsigned = `${JSON.stringify({ ...JSON.parse(textOf(once, "manifest.json")), signature: null }, null, 2)}\n`;
    const bare = withFile(withFile(once, "manifest.json", unsigned), "manifest-1.json", unsigned);
    expect(found({ ...bare, keys: [], pinned: false })).toEqual({
      verdict: "INCOMPLETE",
      findings: ["signature: manifest-1.json"],
    });
    expectTampered(bare, "signature: manifest-1.json");
  });
});

describe("tampering with chains", () => {
  it("verifying shows a changed actor", () => {
    const forged = changed(once, (line) =>
      line.kind === "event" && line.event.type === "approved"
        ? { ...line, event: { ...line.event, actor: "mallory" } }
        : line,
    );
    expectTampered(forged, "chains: step:update #4");
  });

  it("verifying shows a deleted event", () => {
    const cut = changed(once, (line) =>
      line.kind === "event" && line.event.chain === "step:update" && line.event.type === "approval_requested"
        ? undefined
        : line,
    );
    expectTampered(cut, "chains: step:update #4");
    expectTampered(cut, "transitions: step:update #4");
  });

  it("verifying shows a tail that was cut off", () => {
    const last = linesOf(once).findLast((line) => line.kind === "event" && line.event.chain === "step:mail");
    const cut = changed(once, (line) => (JSON.stringify(line) === JSON.stringify(last) ? undefined : line));
    expectTampered(cut, "seal: step:mail #5");
  });

  it("verifying shows a whole chain that was taken out", () => {
    const cut = changed(once, (line) => (line.kind === "event" && line.event.chain === "step:look" ? undefined : line));
    expect(found(cut).findings.filter((finding) => finding.startsWith("seal: step:look"))).toHaveLength(1);
    expect(found(cut).verdict).toBe("TAMPERED");
  });

  it("verifying shows two events that changed places", () => {
    const lines = linesOf(once);
    const at = lines.findIndex(
      (line) => line.kind === "event" && line.event.chain === "execution" && line.event.seq === 2,
    );
    const next = lines.findIndex(
      (line) => line.kind === "event" && line.event.chain === "execution" && line.event.seq === 3,
    );
    const swapped = lines.map((line, place) => (place === at ? lines[next] : place === next ? lines[at] : line));
    expectTampered(
      withLines(
        once,
        swapped.filter((line) => line !== undefined),
      ),
      "chains: execution #3",
    );
  });

  it("verifying shows a chain of no step and an event that was added at an end", () => {
    const [event] = linesOf(once).flatMap((line) => (line.kind === "event" ? [line] : []));
    if (event === undefined) throw new Error("no event");
    const stray = { ...event, event: { ...event.event, chain: "elsewhere" } };
    expectTampered(withLines(once, [...linesOf(once), stray]), "chains: elsewhere");
  });
});

describe("tampering with manifests and artifacts", () => {
  it("verifying shows an artifact with a byte more", () => {
    const name = "tool_execution_log.jsonl";
    expectTampered(withFile(once, name, `${textOf(once, name)}\n`), `artifacts: ${name}`);
  });

  it("verifying shows an artifact that is gone", () => {
    expectTampered(withFile(once, "rollback_events.jsonl", undefined), "artifacts: rollback_events.jsonl");
  });

  it("verifying shows that a file which no manifest names is not proven by those that are sealed", () => {
    const beside = withFile(once, "one_more.json", "{}");
    expect(found(beside)).toEqual({ verdict: "INCOMPLETE", findings: ["artifacts: one_more.json"] });
  });

  it("verifying shows a manifest from which a file was taken, as if an earlier release had published fewer", () => {
    const { artifacts, ...rest } = manifest.parse(JSON.parse(textOf(once, "manifest.json")));
    // The first file stands in every generation: no release has ever published without it.
    const [first, ...others] = artifacts;
    const fewer = renderManifest({ ...rest, artifacts: others });
    const without = withFile(once, first?.name ?? "", undefined);
    const forged = withFile(withFile(without, "manifest.json", fewer), "manifest-1.json", fewer);
    expectTampered(forged, "manifests: manifest-1.json");
    expectTampered(forged, "signature: manifest-1.json");
  });

  it("verifying shows a manifest that was removed in the middle", () => {
    expectTampered(withFile(thrice, "manifest-2.json", undefined), "manifests: manifest-2.json");
  });

  it("verifying shows a manifest that was wound back to an earlier one", () => {
    const back = withFile(
      withFile(thrice, "manifest-3.json", undefined),
      "manifest.json",
      textOf(thrice, "manifest-2.json"),
    );
    expectTampered(back, "manifests: manifest-3.json");
  });

  it("verifying shows a record that was wound back whole, to whoever kept the digest of the last manifest", () => {
    const { sealed } = verifyExecution(thrice);
    if (sealed === null) throw new Error("not sealed");
    expect(found({ ...thrice, remembered: [sealed.digest] }).verdict).toBe("OK");
    expectTampered({ ...once, remembered: [sealed.digest] }, "manifests: manifest.json");
  });

  it("verifying shows the manifest of another execution", () => {
    const foreign = textOf(thrice, "manifest-1.json");
    const swapped = withFile(withFile(once, "manifest.json", foreign), "manifest-1.json", foreign);
    expectTampered(swapped, "manifests: manifest-1.json");
  });

  it("verifying shows the whole record of another execution", () => {
    expectTampered({ ...thrice, execution_id: once.execution_id }, "record: record");
  });

  it("verifying shows a manifest under another number", () => {
    expectTampered(
      withFile(thrice, "manifest-2.json", textOf(thrice, "manifest-1.json")),
      "manifests: manifest-2.json",
    );
  });

  it("verifying shows a whole record that was rewritten without the key", async () => {
    const forged = await rewritten(
      once,
      (event) => (event.type === "approved" ? { ...event, actor: "bob2" } : event),
      signerOf(otherKeys),
    );
    expectTampered(forged, "signature: manifest-1.json");
    const honest = await rewritten(once, (event) => event, signerOf(keys));
    expect(found(honest)).toEqual({ verdict: "OK", findings: [] });
  });
});

/** Told as well where the artifacts were left as they were. */
const FILE_OF_TRANSITIONS = "together: execution_state_transitions.jsonl";

describe("artifacts that were sealed and signed with the very key", () => {
  const forgedLog = (change: (line: Record<string, unknown>) => object): Promise<Evidence> => {
    const name = "tool_execution_log.jsonl";
    const lines = textOf(once, name)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map((line) => (line.step_id === "search" ? { ...line, ...change(line) } : line));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    expect(text).not.toBe(textOf(once, name));
    return rewritten(withFile(once, name, text), (event) => event, signerOf(keys));
  };

  it.each([
    { duration_ms: 99_999 },
    { timestamp: "2020-01-01T00:00:00.000Z" },
    { output_summary: "nothing was found" },
    { output_summary: "" },
    { status: "failed" },
    { execution_mode: "MOCK" },
    { error_message: "it failed" },
  ])(
    "artifacts that were sealed and signed with the very key say of a step what its chain adds up to: %o",
    async (forged) => {
      expectTampered(await forgedLog(() => forged), "together: tool_execution_log.jsonl");
    },
  );

  it("artifacts that were sealed and signed with the very key name who did what as the chains do", async () => {
    const name = "execution_state_transitions.jsonl";
    const text = textOf(once, name).replace('"actor":"bob"', '"actor":"mallory"');
    const forged = await rewritten(withFile(once, name, text), (event) => event, signerOf(keys));
    expectTampered(forged, FILE_OF_TRANSITIONS);
    const summary = "orchestration_summary.json";
    const began = textOf(once, summary).replace(/"start_time": "[^"]+"/, '"start_time": "2020-01-01T00:00:00.000Z"');
    const early = await rewritten(withFile(once, summary, began), (event) => event, signerOf(keys));
    expectTampered(early, `together: ${summary}`);
  });
});

describe("tampering with approvals", () => {
  const approval = (evidence: Evidence, step_id: string): string => {
    for (const line of linesOf(evidence))
      if (line.kind === "approval" && line.approval.step_id === step_id) return line.approval.approval_id;
    throw new Error(`no approval of ${step_id}`);
  };

  it("verifying shows a vote that nobody gave", () => {
    const id = approval(once, "mail");
    const forged = changed(once, (line) =>
      line.kind === "approval" && line.approval.approval_id === id
        ? {
            ...line,
            approval: {
              ...line.approval,
              votes: [...line.approval.votes, { by: "mallory", at: line.approval.created_at, comment: null }],
            },
          }
        : line,
    );
    expectTampered(forged, `approvals: approval ${id}`);
  });

  it("verifying shows a request that was taken away", () => {
    const gone = changed(once, (line) =>
      line.kind === "approval" && line.approval.step_id === "mail" ? undefined : line,
    );
    expectTampered(gone, "approvals: step:mail #4 (approved)");
  });

  it("verifying shows other arguments than those that were approved", () => {
    const id = approval(once, "update");
    const forged = changed(once, (line) =>
      line.kind === "approval" && line.approval.approval_id === id
        ? { ...line, approval: { ...line.approval, arguments: { contact_id: "c9" } } }
        : line,
    );
    expectTampered(forged, `approvals: approval ${id}`);
  });

  it("verifying shows a vote that came twice from one person under two spellings", () => {
    const id = approval(once, "mail");
    const twice = changed(once, (line) =>
      line.kind === "approval" && line.approval.approval_id === id
        ? {
            ...line,
            approval: {
              ...line.approval,
              votes: line.approval.votes.flatMap((vote) => [vote, { ...vote, by: vote.by.toUpperCase() }]),
            },
          }
        : line,
    );
    const messages = findingsOf(verifyExecution(twice)).map(({ message }) => message);
    expect(messages).toContain("somebody voted twice");
  });

  it("verifying shows that an approver had asked for the same call long before", async () => {
    const asked = await rewritten(
      once,
      (event) =>
        event.type === "validated"
          ? { ...event, type: "attached", actor: "bob", at: "2020-01-01T00:00:00.000Z", body: {} }
          : event,
      signerOf(keys),
    );
    const messages = findingsOf(verifyExecution(asked)).map(({ message }) => message);
    expect(messages).toContain("bob decided it after asking for the same call, as one of its submitters");
  });

  it("verifying shows that four eyes were two, even when the submitter was taken off the list", async () => {
    const id = approval(once, "mail");
    const asAlice = changed(once, (line) =>
      line.kind === "approval" && line.approval.approval_id === id
        ? {
            ...line,
            approval: {
              ...line.approval,
              excluded: [],
              decided_by: "alice",
              votes: line.approval.votes.map((vote) => ({ ...vote, by: "alice" })),
            },
          }
        : line,
    );
    // With the very key, so that nothing but the meaning is wrong.
    const forged = await rewritten(
      asAlice,
      (event) => {
        if (event.type === "approval_decided" && event.body.approval_id === id) {
          return { ...event, actor: "alice", body: { ...event.body, by: "alice" } };
        }
        if (event.chain !== "step:mail" || event.type !== "approved") return event;
        const body = JSON.parse(JSON.stringify(stepEventBody.parse(event.body)));
        return {
          ...event,
          actor: "alice",
          body: { ...event.body, changes: { ...body.changes, approved_by: ["alice"] } },
        };
      },
      signerOf(keys),
    );
    const { verdict, findings } = found(forged);
    expect(new Set(findings)).toEqual(new Set([`approvals: approval ${id}`, FILE_OF_TRANSITIONS]));
    expect(verdict).toBe("TAMPERED");
  });

  it("verifying shows an action without an approval, though everything is linked and signed with the very key", async () => {
    const withoutRequest = changed(once, (line) => {
      if (line.kind === "approval" && line.approval.step_id === "mail") return undefined;
      if (line.kind === "ledger_row" && line.row.step_id === "mail") {
        return { ...line, row: { ...line.row, approved_digest: null } };
      }
      return line;
    });
    const forgedRow = linesOf(withoutRequest).flatMap((line) =>
      line.kind === "ledger_row" && line.row.step_id === "mail" ? [ledgerRowDigest(line.row)] : [],
    );
    const forged = await rewritten(
      withoutRequest,
      (event) => {
        if (event.type === "approval_decided" && event.body.step_id === "mail") return undefined;
        if (event.chain === "step:mail" && event.type === "live_succeeded") {
          return { ...event, body: { ...event.body, ledger_row: forgedRow[0] ?? null } };
        }
        if (event.chain !== "step:mail" || event.type === "approval_requested") {
          return event.chain === "step:mail" ? undefined : event;
        }
        if (event.type !== "approved") return event;
        return { ...event, type: "live_allowed", body: { ...event.body, from: "DRY_RUN", reason: null, changes: {} } };
      },
      signerOf(keys),
    );
    const { verdict, findings } = found(forged);
    expect(new Set(findings)).toEqual(new Set(["approvals: step:mail #3 (live_allowed)", FILE_OF_TRANSITIONS]));
    expect(verdict).toBe("TAMPERED");
  });
});

describe("tampering with what operators did", () => {
  const isActs = (line: RecordLine) => line.kind === "operator_event";
  const actsOf = (evidence: Evidence) => linesOf(evidence).filter(isActs);
  /** The record with the operators' chain as `change` leaves it, at its place. */
  const withActs = (evidence: Evidence, change: (acts: RecordLine[]) => readonly RecordLine[]): Evidence =>
    withLines(evidence, [
      ...linesOf(evidence).filter((line) => !isActs(line) && line.kind !== "end"),
      ...change(actsOf(evidence)),
      { kind: "end" },
    ]);

  it("verifying shows an act of an operator that was changed, also one nobody has sealed yet", () => {
    const forged = changed(once, (line) =>
      line.kind === "operator_event" && line.event.seq === 3
        ? { ...line, event: { ...line.event, actor: "somebody else" } }
        : line,
    );
    expectTampered(forged, "operators: operators #3");
  });

  it("verifying shows an act of an operator that is gone, wherever it stood before the last seal", () => {
    for (let gone = 0; gone < actsOf(once).length; gone += 1) {
      const { verdict, findings } = found(withActs(once, (acts) => acts.toSpliced(gone, 1)));
      expect(verdict).toBe("TAMPERED");
      expect(findings.every((finding) => finding.startsWith("operators: "))).toBe(true);
    }
  });

  it("verifying shows two acts of operators that changed places", () => {
    const swapped = withActs(once, (acts) => acts.toSpliced(1, 2, ...acts.slice(1, 3).toReversed()));
    expectTampered(swapped, "operators: operators #3");
  });

  it("verifying shows an end of the operators' chain that was cut off, however much of it, all of it too", () => {
    for (let left = 0; left < actsOf(thrice).length; left += 1) {
      expectTampered(
        withActs(thrice, (acts) => acts.slice(0, left)),
        "operators: operators #8",
      );
    }
  });

  it("verifying shows another chain in place of the operators', linked well as it is", () => {
    let head: AuditEvent | undefined;
    const rewrittenActs = withActs(once, (acts) =>
      acts.flatMap((line) => {
        if (line.kind !== "operator_event") return [];
        const { type, at, body } = line.event;
        head = nextLink("operators", "operators", head, { type, at, actor: "mallory", body });
        return [{ kind: "operator_event" as const, event: head }];
      }),
    );
    expect(found(rewrittenActs)).toEqual({ verdict: "TAMPERED", findings: ["operators: operators #4"] });
  });

  it("verifying finds nothing in acts after the last seal, and none in a record of before they were in it", async () => {
    expect(actsOf(thrice)).toHaveLength(8);
    const later = withActs(once, () => actsOf(thrice));
    expect(found(later)).toEqual({ verdict: "OK", findings: [] });
    const before = manifest.parse(JSON.parse(textOf(once, "manifest.json")));
    const { operators_head: _head, signature: _signature, ...unsigned } = before;
    const signature = await signerOf(keys).sign(payloadToSign(unsigned));
    const old = renderManifest(attachSignature(unsigned, signature));
    const files = withFile(withFile(once, "manifest.json", old), "manifest-1.json", old);
    expect(found(withActs(files, () => []))).toEqual({ verdict: "OK", findings: [] });
  });
});

describe("tampering with the ledger", () => {
  const row = (evidence: Evidence, step_id: string) => {
    for (const line of linesOf(evidence)) if (line.kind === "ledger_row" && line.row.step_id === step_id) return line;
    throw new Error(`no row of ${step_id}`);
  };

  it("verifying shows a row of the ledger without an event", () => {
    const { row: mail } = row(once, "mail");
    const extra = { kind: "ledger_row" as const, row: { ...mail, step_id: "then", side: "compensation" as const } };
    expectTampered(withLines(once, [...linesOf(once), extra]), "ledger: ledger then/compensation");
  });

  it("verifying shows an event without its row of the ledger", () => {
    const gone = changed(once, (line) =>
      line.kind === "ledger_row" && line.row.step_id === "mail" ? undefined : line,
    );
    expectTampered(gone, "ledger: step:mail #5 (live_succeeded)");
  });

  it("verifying shows a call that was taken back from the ledger alone", () => {
    const refused = changed(once, (line) =>
      line.kind === "ledger_row" && line.row.step_id === "mail"
        ? { ...line, row: { ...line.row, status: "REJECTED" as const } }
        : line,
    );
    expectTampered(refused, "ledger: ledger mail/forward");
  });

  it("verifying names a call that is said to be only begun, though the event that settled it seals its outcome", () => {
    const begun = changed(once, (line) =>
      line.kind === "ledger_row" && line.row.step_id === "mail"
        ? { ...line, row: { ...line.row, status: "INTENT" as const } }
        : line,
    );
    expect(found(begun)).toEqual({
      verdict: "TAMPERED",
      findings: ["ledger: ledger mail/forward", "ledger: step:mail #5 (live_succeeded)", "ledger: ledger mail/forward"],
    });
  });

  it.each([
    ["arguments", { arguments: { to: ["eve@example.com"] } }],
    ["output", { output: { sent: false } }],
    ["approval", { approved_digest: "0".repeat(64) }],
    ["tool", { tool_name: "ghl_create_contact" }],
    ["start", { started_at: "2026-01-01T00:00:00.000Z" }],
    ["end", { ended_at: "2026-01-01T00:00:00.000Z" }],
    ["epoch", { epoch: 7 }],
    ["deadline", { deadline: "2026-01-01T00:00:00.000Z" }],
    ["idempotency key", { idempotency_key: "another" }],
    ["error", { error: "a made-up one" }],
    ["undo", { undo: { contact_id: "c9" } }],
  ])("verifying shows that the %s of a ledger's row is not what the audit says", (_what, change) => {
    const other = changed(once, (line) =>
      line.kind === "ledger_row" && line.row.step_id === "mail" ? { ...line, row: { ...line.row, ...change } } : line,
    );
    const { verdict, findings } = found(other);
    expect(verdict).toBe("TAMPERED");
    expect(findings.some((finding) => finding.endsWith("ledger mail/forward"))).toBe(true);
  });

  it("verifying shows any other byte of a row that an event settled", () => {
    const rows = linesOf(thrice).flatMap((line) => (line.kind === "ledger_row" ? [line] : []));
    const fields = ["epoch", "deadline", "undo", "error", "ended_at", "output"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.constantFrom(...fields), fc.string(), (line, field, by) => {
        const forged = { epoch: 99, undo: { by }, output: { by } };
        const row = { ...line.row, [field]: field in forged ? forged[field as keyof typeof forged] : `${by}!` };
        const other = changed(thrice, (each) =>
          each.kind === "ledger_row" && each.row.step_id === row.step_id && each.row.side === row.side
            ? { ...each, row }
            : each,
        );
        expect(found(other).findings).toContain(`ledger: ledger ${row.step_id}/${row.side}`);
      }),
    );
  });

  it("verifying compares no digest of a row where an earlier release sealed none", async () => {
    const old = await rewritten(
      once,
      ({ body: { ledger_row: _sealed, ...body }, ...event }) => ({ ...event, body }),
      signerOf(keys),
    );
    expect(found(old)).toEqual({ verdict: "OK", findings: [] });
  });

  it("a row of the ledger is sealed by the event that settles the call, whoever writes it", () => {
    const settling = new Set(["live_succeeded", "live_failed", "compensated", "compensation_failed"]);
    const writes = new Set(linesOf(thrice).flatMap((line) => (line.kind === "ledger_row" ? [line.row.step_id] : [])));
    const events = linesOf(thrice).flatMap((line) =>
      line.kind === "event" && settling.has(line.event.type) && writes.has(String(line.event.body.step_id))
        ? [line.event]
        : [],
    );
    expect(events.length).toBeGreaterThan(writes.size);
    for (const { body } of events) expect(stepEventBody.parse(body).ledger_row).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("documents", () => {
  it("documents that are missing leave something unproven", () => {
    const without = changed(once, (line) => (line.kind === "document" ? undefined : line));
    expect(found(without).verdict).toBe("INCOMPLETE");
    expect(found(without).findings.filter((finding) => finding.startsWith("documents"))).not.toEqual([]);
  });

  it("documents that were changed are not those that the events name", () => {
    const other = changed(once, (line) =>
      line.kind === "document" ? { ...line, text: line.text.replace("customer", "customs!") } : line,
    );
    expect(found(other).verdict).toBe("TAMPERED");
  });
});

describe("a document that is there more than once", () => {
  const submission = () => {
    const line = linesOf(once).find(({ kind }) => kind === "document");
    if (line?.kind !== "document") throw new Error("a record holds the submission");
    return line;
  };
  /** The record with those lines in place of the submission's one line. */
  const inPlace = (...lines: RecordLine[]) =>
    withLines(
      once,
      linesOf(once).flatMap((line) => (line.kind === "document" && line.digest === submission().digest ? lines : line)),
    );

  it("a document that is there more than once says the same each time", () => {
    const honest = submission();
    expect(found(inPlace(honest, honest))).toEqual({ verdict: "OK", findings: [] });
    const forged = { ...honest, text: honest.text.replaceAll("agent_1", "agent_9") };
    expect(forged.text).not.toBe(honest.text);
    for (const copies of [
      [forged, honest],
      [honest, forged],
      [honest, forged, honest],
    ]) {
      expectTampered(inPlace(...copies), `record: document ${honest.digest}`);
    }
  });

  it("a document that is there more than once is there whole each time, in parts that follow each other", () => {
    const honest = submission();
    const { digest, text } = honest;
    const part = (number: number, parts: number, own: string): RecordLine => ({
      kind: "document",
      digest,
      part: number,
      parts,
      text: own,
    });
    const [first, second] = [part(1, 2, text.slice(0, 9)), part(2, 2, text.slice(9))];
    expect(found(inPlace(first, second, honest, first, second))).toEqual({ verdict: "OK", findings: [] });
    const strays = [
      [honest, part(7, 7, "whatever was never in it")],
      [part(7, 7, "whatever was never in it"), honest],
      [honest, part(2, 1, "whatever was never in it")],
      [honest, first],
      [first, honest],
      [second, first],
      [first, first, second],
      [first, part(2, 3, text.slice(9))],
    ];
    for (const lines of strays) expectTampered(inPlace(...lines), `record: document ${digest}`);
  });

  it("a document that is there more than once was not lost, and none was lost that no event names", () => {
    const lost = (digest: string): RecordLine => ({ kind: "document_lost", digest, why: "missing" });
    const { digest } = submission();
    expect(found(inPlace(submission(), lost(digest)))).toEqual({
      verdict: "INCOMPLETE",
      findings: [`documents: document ${digest}`],
    });
    expectTampered(inPlace(submission(), lost("whatever")), "documents: document whatever");
  });
});

describe("a line that somebody put in", () => {
  const withFirst = (line: RecordLine) => withLines(once, [line, ...linesOf(once)]);

  it("a line that somebody put in is noticed where it says otherwise how the execution stands", () => {
    const head = linesOf(once).find((line) => line.kind === "execution");
    if (head?.kind !== "execution") throw new Error("it says how the execution stands");
    const forged = { ...head, execution: { ...head.execution, submitted_by: "mallory" } };
    expectTampered(withFirst(forged), "record: record.ndjson");
  });

  it("a line that somebody put in is noticed where it is a document that no event names", () => {
    const value = { plans: [] };
    const digest = digestOf("body", value);
    const [forged] = documentLines(digest, value);
    if (forged === undefined) throw new Error("a document has a line");
    expectTampered(withFirst(forged), `documents: document ${digest}`);
  });

  it("a line that somebody put in is noticed behind the last line, whatever it says", () => {
    const lines = linesOf(once);
    for (const line of lines) {
      expectTampered(withLines(once, [...lines, line]), `record: record.ndjson line ${lines.length + 1}`);
    }
  });

  it("a line that somebody put in is noticed as one too many, unless it is a part of a document that is there", () => {
    const lines = linesOf(once);
    const again = lines.filter(({ kind }) => kind !== "document");
    for (const line of again) {
      const place = lines.indexOf(line);
      expect(found(withLines(once, lines.toSpliced(place, 0, line))).verdict).toBe("TAMPERED");
    }
  });
});

describe("any single character", () => {
  /** Another character at that place; both fit into one byte or not as they like. */
  const replaced = (text: string, at: number, by: string): string =>
    `${text.slice(0, at)}${text[at] === by ? (by === "0" ? "1" : "0") : by}${text.slice(at + 1)}`;
  const characters = fc.constantFrom(...'0123456789abcdefABCDEFxyz{}[]":,.- \\\n\tüé');

  it("verifying notices any single character of an event that was changed", () => {
    const lines = once.record.split("\n");
    const events = lines.flatMap((line, place) => (/"kind":"(operator_)?event"/.test(line) ? [place] : []));
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.nat(), characters, (place, offset, by) => {
        const line = lines[place] ?? "";
        const record = lines.with(place, replaced(line, offset % line.length, by)).join("\n");
        expect(verifyExecution({ ...once, record }).verdict).toBe("TAMPERED");
      }),
      { numRuns: 150 },
    );
  });

  it("verifying notices any single character of a manifest or an artifact that was changed", () => {
    const names = thrice.files.filter(({ bytes }) => bytes.length > 0).map(({ name }) => name);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), characters, (name, offset, by) => {
        const text = textOf(thrice, name);
        const other = withFile(thrice, name, replaced(text, offset % text.length, by));
        expect(verifyExecution(other).verdict).toBe("TAMPERED");
      }),
      { numRuns: 150 },
    );
  });

  it("verifying notices a character more, or one fewer, of an event", () => {
    const lines = once.record.split("\n");
    const events = lines.flatMap((line, place) => (/"kind":"(operator_)?event"/.test(line) ? [place] : []));
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.nat(), fc.option(characters), (place, offset, more) => {
        const line = lines[place] ?? "";
        const at = offset % line.length;
        const other =
          more === null ? line.slice(0, at) + line.slice(at + 1) : line.slice(0, at) + more + line.slice(at);
        fc.pre(other !== line);
        const record = lines.with(place, other).join("\n");
        expect(verifyExecution({ ...once, record }).verdict).toBe("TAMPERED");
      }),
      { numRuns: 100 },
    );
  });
});
