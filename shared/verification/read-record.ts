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

/** One copy of a document, as far as its parts were read. */
type Copy = { readonly parts: number; readonly texts: string[] };
type DocumentLine = Extract<RecordLine, { kind: "document" }>;

/** Reads a record line by line; what cannot be read is found and left out. */
export const readRecord = (text: string, findings: Findings): ExecutionRecordRead => {
  const texts = text.split("\n");
  if (texts.at(-1) === "") texts.pop();
  const events: AuditEvent[] = [];
  const operators: AuditEvent[] = [];
  const approvals: ApprovalRequest[] = [];
  const ledger: LedgerRow[] = [];
  const lost = new Set<string>();
  const copies = new Map<string, Copy[]>();
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
        addPart(copies, line, findings);
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
  const documents = assemble(copies, ended ? findings.tampered : findings.incomplete, findings);
  return { head, events, operators, approvals, ledger, documents, lost, lines: texts.length };
};

/** A document that was referred to twice is there twice. Whatever is not the next part of its document belongs to none. */
const addPart = (all: Map<string, Copy[]>, { digest, part, parts, text }: DocumentLine, findings: Findings): void => {
  const copies = all.get(digest) ?? [];
  all.set(digest, copies);
  const last = copies.at(-1);
  const open = last === undefined || last.texts.length >= last.parts ? { parts, texts: [] } : last;
  if (open !== last) copies.push(open);
  if (part !== open.texts.length + 1 || parts !== open.parts) {
    findings.tampered(`document ${digest}`, "a part of it is not the one that comes next", {
      expected: `${open.texts.length + 1} of ${open.parts}`,
      found: `${part} of ${parts}`,
    });
    return;
  }
  open.texts.push(text);
};

/** A digest names one content: every copy of a document says the same. */
const assemble = (
  all: ReadonlyMap<string, readonly Copy[]>,
  cutOff: Findings["incomplete"],
  findings: Findings,
): Map<string, Json> => {
  const documents = new Map<string, Json>();
  for (const [digest, copies] of all) {
    const where = `document ${digest}`;
    let whole: string | undefined;
    for (const { parts, texts } of copies) {
      const text = texts.join("");
      if (texts.length < parts) cutOff(where, `${texts.length} of its ${parts} parts are there`);
      else if (text !== whole) {
        const value = parsed(text);
        const found = value === undefined ? "no canonical JSON" : digestOf("body", value);
        if (value === undefined || found !== digest) {
          findings.tampered(where, "its content is not what its digest names", { expected: digest, found });
        } else {
          whole = text;
          documents.set(digest, value);
        }
      }
    }
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
