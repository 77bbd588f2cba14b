import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../shared/plan/digest.ts";
import { collect, type Finding } from "../../../shared/verification/finding.ts";
import { readRecord } from "../../../shared/verification/read-record.ts";
import {
  documentLines,
  NO_LINES,
  PART_LENGTH,
  type RecordLine,
  readRecordLine,
  renderRecordLine,
  withLine,
} from "../../../shared/verification/record-line.ts";

const read = (lines: readonly RecordLine[]) => {
  const findings: Finding[] = [];
  const text = lines.map((line) => `${renderRecordLine(JSON.parse(JSON.stringify(line)))}\n`).join("");
  return { record: readRecord(text, collect("record", findings)), findings: findings.map(({ message }) => message) };
};
const END = { kind: "end" } as const;

describe("a line", () => {
  it("a line of the record is read in one form only", () => {
    expect(readRecordLine('{"kind":"end"}')).toEqual({ ok: true, line: END });
    for (const other of ['{"kind": "end"}', '{"kind":"end","kind":"end"}', '{"kind":"end","more":1}', "", "null"]) {
      expect(readRecordLine(other).ok).toBe(false);
    }
  });
});

describe("the last line", () => {
  const RECORD = [
    { kind: "document_lost", digest: "a", why: "missing" },
    { kind: "document_lost", digest: "b", why: "missing" },
  ] as const;
  const [first, second] = RECORD;
  const textOf = (line: RecordLine): string => renderRecordLine(JSON.parse(JSON.stringify(line)));
  const digest = withLine(withLine(NO_LINES, textOf(first)), textOf(second));

  const OTHERS = "its lines are not those that were given out, in their order";

  it("the last line says which lines stand before it, in their order", () => {
    expect(read([first, second, { ...END, digest }]).findings).not.toContain(OTHERS);
    for (const lines of [[second, first], [first], [first, first, second]]) {
      expect(read([...lines, { ...END, digest }]).findings).toContain(OTHERS);
    }
  });

  it("the last line says nothing of their order in a record of an earlier release, in which it means nothing", () => {
    const [{ findings }, other] = [read([first, second, END]), read([second, first, END])];
    expect(findings).not.toContain(OTHERS);
    expect(other.findings).toEqual(findings);
  });
});

describe("a document", () => {
  it("a document of any size comes back from its lines, which are cut between characters", () => {
    const unit = fc.constantFrom("a", "é", "😀", '"', "\n");
    fc.assert(
      fc.property(unit, fc.integer({ min: PART_LENGTH - 8, max: 2 * PART_LENGTH + 8 }), (character, length) => {
        const value = { text: character.repeat(length) };
        const digest = digestOf("body", value);
        const lines = documentLines(digest, value);
        expect(lines.length).toBeGreaterThan(1);
        const { record } = read([...lines, END]);
        expect(record.documents.get(digest)).toEqual(value);
      }),
      { numRuns: 10 },
    );
  });

  it("a document a document that comes twice is one; one that lacks a part is not there", () => {
    const value = { text: "a".repeat(PART_LENGTH) };
    const digest = digestOf("body", value);
    const lines = documentLines(digest, value);
    expect(read([...lines, ...lines, END]).record.documents.size).toBe(1);
    const { record, findings } = read([...lines.slice(1), END]);
    expect(record.documents.size).toBe(0);
    expect(findings).toContain("0 of its 2 parts are there");
  });

  it("a document whose content is not what its digest names is told", () => {
    expect(read([...documentLines("d".repeat(64), { a: 1 }), END]).findings).toContain(
      "its content is not what its digest names",
    );
  });

  it("a document that the store lost or found changed is told apart", () => {
    const lost = read([{ kind: "document_lost", digest: "d", why: "missing" }, END]);
    expect(lost.record.lost.has("d")).toBe(true);
    expect(lost.findings).not.toContain("the stored document was changed");
    expect(read([{ kind: "document_lost", digest: "d", why: "changed" }, END]).findings).toContain(
      "the stored document was changed",
    );
  });
});
