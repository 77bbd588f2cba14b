import { z } from "zod";
import { canonicalJson, digestOf } from "../../shared/plan/digest.ts";
import { type Json, json } from "../../shared/plan/json.ts";
import { CHECK_NAMES, type VerificationReport } from "../../shared/verification/finding.ts";
import { NAMED_BY } from "../../shared/verification/named-by.ts";
import { RECORD_NAME } from "../../shared/verification/record-line.ts";
import { type Evidence, verifyExecution } from "../../shared/verification/verify-execution.ts";
import { linesOf, withFile, withLines } from "../shared/verification/tampering.ts";

/** Evidence that somebody changed, and what `buddy verify` says of it. */
export type Forgery = { readonly evidence: Evidence; readonly report: VerificationReport };

/** By how it begins: names, digests, times and numbers in a message are of the one record. */
const WORDS = 4;
const kindsIn = ({ checks }: VerificationReport): string[] =>
  checks.flatMap(({ check, findings }) =>
    findings.map(
      ({ message }) =>
        `${check}: ${message
          .match(/[a-z]+/gu)
          ?.slice(0, WORDS)
          .join(" ")}`,
    ),
  );

const textsOf = ({ record, files }: Evidence): [string, string][] => [
  [RECORD_NAME, record],
  ...files.map(({ name, bytes }): [string, string] => [name, Buffer.from(bytes).toString()]),
];

const withText = (evidence: Evidence, name: string, text: string | undefined): Evidence =>
  name === RECORD_NAME ? { ...evidence, record: text ?? "" } : withFile(evidence, name, text);

const other = (value: string | number | boolean | null): Json => {
  if (typeof value === "string") return /^[0-9a-f]{64}$/u.test(value) ? "0".repeat(64) : `${value}x`;
  return typeof value === "boolean" ? !value : (value ?? 0) + 1;
};

type Changed = { readonly path: string; readonly value: Json };

/** The value with one of its leaves changed, for each of them; its path without places in lists. */
const eachLeafChanged = (value: Json, path = ""): Changed[] => {
  if (Array.isArray(value)) {
    return value.flatMap((each, place) =>
      eachLeafChanged(each, path).map((changed) => ({ ...changed, value: value.with(place, changed.value) })),
    );
  }
  if (value === null || typeof value !== "object") return [{ path, value: other(value) }];
  return Object.entries(value).flatMap(([name, each]) =>
    eachLeafChanged(each, `${path}/${name}`).map((changed) => ({
      ...changed,
      value: { ...value, [name]: changed.value },
    })),
  );
};

/** Of lines that say the same kind of thing one stands for all. */
const kindOfLine = (name: string, line: Json): string => {
  const { kind, event } = z
    .object({ kind: z.string(), event: z.object({ type: z.string() }).optional() })
    .partial()
    .catch({})
    .parse(line);
  return `${name} ${kind} ${event?.type}`;
};

/** Every way to change one thing: a file gone, a line gone, two lines in each other's place, one value another one. */
function* forged(evidence: Evidence): Generator<Evidence> {
  const done = new Set<string>();
  const isNew = (what: string): boolean => done.size < done.add(what).size;
  for (const [name, text] of textsOf(evidence)) {
    if (name !== RECORD_NAME) yield withText(evidence, name, undefined);
    const inLines = name === RECORD_NAME || name.endsWith(".jsonl");
    const lines = inLines ? text.split("\n").filter((line) => line !== "") : [text];
    const put = (changed: readonly string[]): Evidence => withText(evidence, name, `${changed.join("\n")}\n`);
    for (const [place, line] of lines.entries()) {
      const value = json.parse(JSON.parse(line));
      const kind = kindOfLine(name, value);
      if (lines.length > 1 && isNew(`${kind} gone`)) yield put(lines.toSpliced(place, 1));
      const next = lines[place + 1];
      if (next !== undefined && isNew(`${kind} later`)) yield put(lines.with(place, next).with(place + 1, line));
      for (const changed of eachLeafChanged(value)) {
        if (isNew(`${kind} ${changed.path}`)) yield put(lines.with(place, JSON.stringify(changed.value)));
      }
    }
  }
}

const namedOf = (evidence: Evidence): string | undefined => {
  const texts = new Map(textsOf(evidence));
  for (const [name, idOf] of NAMED_BY) {
    const id = idOf(texts.get(name) ?? "");
    if (id !== undefined) return id;
  }
  return undefined;
};

/** Of all ways to change one thing in `evidence`, as few as show everything that `buddy verify` finds of any of them. */
export const forgeriesOf = (evidence: Evidence): Forgery[] => {
  const all = [...forged(evidence)]
    .filter((changed) => namedOf(changed) === evidence.execution_id)
    .map((changed) => ({ evidence: changed, report: verifyExecution(changed) }))
    .map((forgery) => ({ ...forgery, kinds: new Set(kindsIn(forgery.report)) }));
  const left = new Set(all.flatMap(({ kinds }) => [...kinds]));
  const chosen: Forgery[] = [];
  while (left.size > 0) {
    const shows = ({ kinds }: { kinds: ReadonlySet<string> }): number =>
      [...kinds].filter((kind) => left.has(kind)).length;
    const best = all.reduce((one, next) => (shows(next) > shows(one) ? next : one));
    chosen.push(best);
    for (const kind of best.kinds) left.delete(kind);
  }
  return chosen;
};

const reported = (evidence: Evidence): Forgery => ({ evidence, report: verifyExecution(evidence) });

/** The record with all of its lines from the last to the first, and with its events alone so. */
export const reordered = (evidence: Evidence): Forgery[] => {
  const lines = linesOf(evidence);
  const events = lines.filter(({ kind }) => kind === "event").reverse();
  const eventsTurned = lines.map((line) => (line.kind === "event" ? (events.shift() ?? line) : line));
  return [lines.toReversed(), eventsTurned].map((turned) => reported(withLines(evidence, turned)));
};

/**
 * The schedule with `after` behind `before`, under its new digest wherever the record names it: a change of two things,
 * for one alone leaves no schedule to read.
 */
export const putBehind = (evidence: Evidence, before: string, after: string): Forgery => {
  for (const line of linesOf(evidence)) {
    if (line.kind !== "document" || line.parts !== 1) continue;
    const schedule = z.looseObject({ edges: z.array(json) }).safeParse(JSON.parse(line.text));
    if (!schedule.success) continue;
    const edges = [...schedule.data.edges, { before, after, kind: "depends_on" }];
    const changed = json.parse({ ...schedule.data, edges });
    const record = withLines(
      evidence,
      linesOf(evidence).map((each) =>
        each.kind === "document" && each.digest === line.digest ? { ...each, text: canonicalJson(changed) } : each,
      ),
    ).record.replaceAll(line.digest, digestOf("body", changed));
    return reported({ ...evidence, record });
  }
  throw new Error("the record has no schedule of one part");
};

/** Checks of which no forgery shows anything. */
export const notShown = (forgeries: readonly Forgery[]): string[] =>
  CHECK_NAMES.filter((name) =>
    forgeries.every(({ report }) =>
      report.checks.every(({ check, findings }) => check !== name || findings.length === 0),
    ),
  );
