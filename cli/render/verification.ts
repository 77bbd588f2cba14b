import { printable } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import type { CheckReport, Finding, VerificationReport } from "../../shared/verification/finding.ts";
import { verdictOf } from "../../shared/verification/finding.ts";
import type { Paint } from "../context.ts";

/** Of one check, as many as a person reads; `--json` has them all. */
const MOST_SHOWN = 20;

/** A line per check, with what it found below it, then the verdict. */
export const verificationLines = (report: VerificationReport, keys: string | null, paint: Paint): string[] => [
  ...report.checks.flatMap((check) => checkLines(check, paint)),
  "",
  ...verdictLines(report, keys, paint),
];

const checkLines = (check: CheckReport, paint: Paint): string[] => {
  const shown = check.findings.slice(0, MOST_SHOWN).flatMap((finding) => findingLines(finding, paint));
  const more = check.findings.length - MOST_SHOWN;
  return [
    `${mark(check, paint)} ${check.says} ${paint.dim(`(${check.examined})`)}`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more, with --json`] : []),
  ];
};

const mark = ({ findings }: CheckReport, paint: Paint): string => {
  switch (verdictOf(findings)) {
    case "OK":
      return paint.green("✓");
    case "INCOMPLETE":
      return paint.yellow("…");
    case "TAMPERED":
      return paint.red("✗");
  }
};

const findingLines = ({ severity, where, message, expected, found }: Finding, paint: Paint): string[] => {
  const lines = [
    `    ${severity === "note" ? paint.dim("note: ") : ""}${paint.bold(printable(where))}: ${printable(message)}`,
  ];
  if (expected !== null) lines.push(paint.dim(`      expected ${printable(expected)}`));
  if (found !== null) lines.push(paint.dim(`      found    ${printable(found)}`));
  return lines;
};

const verdictLines = (
  { execution_id, verdict, unreachable, sealed }: VerificationReport,
  keys: string | null,
  paint: Paint,
): string[] => {
  const of = `execution ${printable(execution_id)}`;
  const seal =
    sealed === null
      ? []
      : [`${plural(sealed.manifest, "manifest")}; the last has the digest ${sealed.digest}`, ...keyLine(keys)];
  switch (verdict) {
    case "OK":
      return [`${paint.bold(paint.green("OK"))}: the record of ${of} fits together`, ...seal];
    case "INCOMPLETE":
      return [
        `${paint.bold(paint.yellow("INCOMPLETE"))}: nothing contradicts the record of ${of}, but not all is proven`,
        ...seal,
      ];
    case "TAMPERED":
      return [
        `${paint.bold(paint.red("TAMPERED"))}: the record of ${of} contradicts itself, its seal or the key`,
        ...seal,
      ];
    case "UNREACHABLE":
      return [`${paint.bold(paint.red("UNREACHABLE"))}: ${printable(unreachable ?? "")}`];
  }
};

const keyLine = (keys: string | null): string[] =>
  keys === null
    ? ["no public key was given: ask whoever answers for the key, not those who run the server"]
    : [`signatures checked with ${printable(keys)}`];
