import { beforeAll, expect, it } from "vitest";
import { nextLink } from "../../../shared/audit/audit-event.ts";
import type { RecordLine } from "../../../shared/verification/record-line.ts";
import { type Evidence, verifyExecution } from "../../../shared/verification/verify-execution.ts";
import { BOB } from "../../functions/api/harness.ts";
import { evidenceOf, keyPair, rollBack, signedHarness, submit } from "./real-execution.ts";
import { linesOf, withLines } from "./tampering.ts";

const keys = keyPair();

/** The evidence after each thing that happened, the first before anybody said anything. */
const stages: Evidence[] = [];

beforeAll(async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  const look = async () => stages.push(await evidenceOf(on, id, keys));
  await look();
  for (;;) {
    const open = (await on.deps.approvals.ofExecution(id)).find(({ status }) => status === "open");
    if (open === undefined) break;
    const body = { decision: "approve", digest: open.digest };
    const reply = await on.post(`/approvals/${open.approval_id}/decision`, body, BOB);
    if (!reply.ok) throw new Error(await reply.text());
    await on.settle();
    await look();
  }
  await rollBack(on, id, 1);
  await look();
});

const isRow = ({ kind }: RecordLine): boolean => kind === "approval" || kind === "ledger_row";
/** How it stood and its rows as they were read first, then the events as they were read later. */
const torn = (first: Evidence, later: Evidence, rows = linesOf(first).filter(isRow)): Evidence =>
  withLines(first, [
    ...linesOf(first).filter((line) => line.kind === "execution"),
    ...rows,
    ...linesOf(later).filter((line) => line.kind !== "execution" && !isRow(line)),
  ]);

const unsettled = (line: RecordLine): RecordLine =>
  line.kind === "ledger_row"
    ? { ...line, row: { ...line.row, status: "INTENT", ended_at: null, output: null, error: null } }
    : line;

const told = (evidence: Evidence): string[] =>
  verifyExecution(evidence)
    .checks.flatMap(({ findings }) => findings)
    .filter(({ severity }) => severity === "tampered")
    .map(({ where, message }) => `${where}: ${message}`);

it("events that were written after the rows were read, and that no manifest seals, are not held against the rows", () => {
  expect(stages.length).toBeGreaterThan(3);
  for (const [place, first] of stages.entries()) {
    for (const later of stages.slice(place + 1)) {
      const evidence = torn(first, later);
      expect(told(evidence)).toEqual([]);
      expect(verifyExecution(evidence).verdict).toBe("INCOMPLETE");
    }
  }
});

it("events that were written after their calls were begun, and that no manifest seals, are not held against the rows", () => {
  const first = stages[0];
  const later = stages.at(-2);
  if (first === undefined || later === undefined) throw new Error("there are stages");
  const rows = linesOf(later).filter(isRow).map(unsettled);
  expect(told(torn(first, later, rows))).toEqual([]);
});

it("rows that lack what a manifest seals are TAMPERED, also where the execution goes on", () => {
  const sealed = stages.at(-2);
  if (sealed === undefined) throw new Error("there are stages");
  const serial = linesOf(sealed).flatMap((line) =>
    line.kind === "event" && line.event.chain === "execution" ? [line.event] : [],
  );
  const entry = { type: "rollback_requested", at: "2026-03-03T00:00:00.000Z", actor: "eve", body: {} };
  const event = nextLink(sealed.execution_id, "execution", serial.at(-1), entry);
  const lines = linesOf(sealed).toSpliced(-1, 0, { kind: "event", event });
  expect(told(withLines(sealed, lines))).toEqual([]);
  for (const row of lines.filter(isRow)) {
    const without = lines.filter((line) => line !== row);
    expect(verifyExecution(withLines(sealed, without)).verdict).toBe("TAMPERED");
    if (row.kind !== "ledger_row") continue;
    const begun = lines.map((line) => (line === row ? unsettled(line) : line));
    expect(verifyExecution(withLines(sealed, begun)).verdict).toBe("TAMPERED");
  }
});
