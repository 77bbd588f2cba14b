import { z } from "zod";
import type { Schedule } from "../conflicts/schedule.ts";
import type { ExecutionOutcome } from "../execution/outcome/execution-outcome.ts";
import type { LearningSignal } from "../feedback/learning-signal.ts";
import type { SystemHealth } from "../health/report.ts";

export type ArtifactInput = {
  readonly outcome: ExecutionOutcome;
  readonly schedule: Schedule;
  /** When the schedule was made: the time of the conflicts in it. */
  readonly scheduled_at: string;
  readonly signals: readonly LearningSignal[];
  readonly health: SystemHealth;
};

/** One output file: its name, and its whole text. The same input gives the same bytes. */
export type Artifact = { readonly name: string; readonly render: (input: ArtifactInput) => string };

/** ISO 8601 in UTC, as every artifact writes time. */
export const timestamp = z.iso.datetime();

/** @throws RangeError for a text that is no time. */
export const utc = (at: string): string => new Date(at).toISOString();

/** JSON on one line for every reader: some also break lines at U+0085, U+2028 and U+2029, which JSON leaves as they are. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (breaking) => `\\u${breaking.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A record per line, each `\n`-terminated; empty without records. Throws a ZodError on a record of another shape. */
export const renderLines = <Line extends z.ZodType>(line: Line, records: readonly z.input<Line>[]): string =>
  records.map((record) => `${jsonLine(line.parse(record))}\n`).join("");

/** One JSON document, indented for people. Throws a ZodError when it has another shape. */
export const renderDocument = <Document extends z.ZodType>(document: Document, value: z.input<Document>): string =>
  `${JSON.stringify(document.parse(value), null, 2)}\n`;
