import type { AuditEvent } from "../audit/audit-event.ts";
import type { ApprovalRequest } from "../execution/approval/approval.ts";
import type { LedgerRow } from "../execution/record/ledger-row.ts";
import { canonicalJson, digestOf } from "../plan/digest.ts";
import { type Json, json } from "../plan/json.ts";
import type { Findings } from "./finding.ts";
import { NO_LINES, RECORD_NAME, type RecordHead, type RecordLine, readRecordLine, withLine } from "./record-line.ts";

/** Everything that is on record of one execution besides its files. */
export type ExecutionRecordRead = {
  readonly head: RecordHead | undefined;
  /** As they were given: order is part of what is verified. */
  readonly events: readonly AuditEvent[];
  /** Of the operators' chain. */
  readonly operators: readonly AuditEvent[];
  readonly approvals: readonly ApprovalRequest[];
  readonly ledger: readonly LedgerRow[];
  /** Documents whose digest is that of their content. */
  readonly documents: ReadonlyMap<string, Json>;
  /** Digests of documents that the store itself could not give. */
  readonly lost: ReadonlySet<string>;
  readonly lines: number;
};

/** Where only files are at hand. */
export const noRecord: ExecutionRecordRead = {
  head: undefined,
  events: [],
  operators: [],
  approvals: [],
  ledger: [],
  documents: new Map(),
  lost: new Set(),
  lines: 0,
};

type Parts = { readonly parts: number; readonly texts: string[] };

/** Reads a record line by line; what cannot be read is found and left out. */
export const readRecord = (text: string, findings: Findings): ExecutionRecordRead => {
  const texts = text.split("\n");
  if (texts.at(-1) === "") texts.pop();
  const events: AuditEvent[] = [];
  const operators: AuditEvent[] = [];
  const approvals: ApprovalRequest[] = [];
  const ledger: LedgerRow[] = [];
  const lost = new Set<string>();
  const pieces = new Map<string, Parts>();
  let head: RecordHead | undefined;
  let ended = false;
  let digest = NO_LINES;
  const take = (line: RecordLine): void => {
    switch (line.kind) {
      case "execution":
        if (head !== undefined) findings.tampered(RECORD_NAME, "it says twice how the execution stands");
        head = line.execution;
        break;
      case "event":
        events.push(line.event);
        break;
      case "operator_event":
        operators.push(line.event);
        break;
      case "approval":
        approvals.push(line.approval);
        break;
      case "ledger_row":
        ledger.push(line.row);
        break;
      case "document":
        addPart(pieces, line);
        break;
      case "document_lost":
        if (line.why === "changed") findings.tampered(`document ${line.digest}`, "the stored document was changed");
        lost.add(line.digest);
        break;
      case "end":
        ended = true;
        if (line.digest !== undefined && line.digest !== digest) {
          findings.tampered(RECORD_NAME, "its lines are not those that were given out, in their order", {
            expected: line.digest,
            found: digest,
          });
        }
        break;
    }
  };
  texts.forEach((line, place) => {
    const read = readRecordLine(line);
    if (ended) findings.tampered(`${RECORD_NAME} line ${place + 1}`, "it stands behind the record's last line");
    if (read.ok) take(read.line);
    else findings.tampered(`${RECORD_NAME} line ${place + 1}`, `the line is not one of a record: ${read.why}`);
    digest = withLine(digest, line);
  });
  if (!ended) findings.incomplete(RECORD_NAME, "the record stops before its end: read it again");
  if (head === undefined) findings.incomplete(RECORD_NAME, "the record does not say how the execution stands");
  // A page may be missing where the end is; before the end, lines were taken out or changed.
  const documents = assemble(pieces, ended ? findings.tampered : findings.incomplete, findings);
  return { head, events, operators, approvals, ledger, documents, lost, lines: texts.length };
};

/** A document that was referred to twice is there twice: the second first part begins it anew. */
const addPart = (pieces: Map<string, Parts>, line: Extract<RecordLine, { kind: "document" }>): void => {
  const known = pieces.get(line.digest);
  const open = known === undefined || line.part === 1 ? { parts: line.parts, texts: [] } : known;
  if (open.texts.length + 1 === line.part) open.texts.push(line.text);
  pieces.set(line.digest, open);
};

const assemble = (
  pieces: ReadonlyMap<string, Parts>,
  cutOff: Findings["incomplete"],
  findings: Findings,
): Map<string, Json> => {
  const documents = new Map<string, Json>();
  for (const [digest, { parts, texts }] of pieces) {
    const where = `document ${digest}`;
    if (texts.length !== parts) {
      cutOff(where, `${texts.length} of its ${parts} parts are there`);
      continue;
    }
    const value = parsed(texts.join(""));
    const found = value === undefined ? undefined : digestOf("body", value);
    if (value === undefined || found !== digest) {
      findings.tampered(where, "its content is not what its digest names", {
        expected: digest,
        found: found ?? "no canonical JSON",
      });
    } else documents.set(digest, value);
  }
  return documents;
};

const parsed = (text: string): Json | undefined => {
  try {
    const value = json.parse(JSON.parse(text));
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
};
