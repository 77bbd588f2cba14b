import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { fromStepLengths, type StepLengths, stepLengths, toStepLengths } from "../../../shared/audit/step-lengths.ts";
import { type ExecutionStatus, executionStatus } from "../../../shared/execution/record/execution-record.ts";
import { MOST_MARK_LENGTH } from "../schemas.ts";

/**
 * How far somebody has read the events of an execution: up to which event of its serial chain, and of the chain of each
 * step, and how it stood. There is no other order among chains: an event may be written later than its time says, so that a
 * time for a mark would miss some.
 */
export type EventsMark = {
  readonly execution_id: string;
  readonly serial: number;
  readonly steps: StepLengths;
  readonly status: ExecutionStatus | null;
};

const written = z.tuple([z.string(), z.number().int().nonnegative(), stepLengths, executionStatus.nullable()]);

/** Far more than marks of that many letters hold; a text that was made to grow is not unpacked further. */
const MOST_UNPACKED_BYTES = 64 * MOST_MARK_LENGTH;

export const toMark = ({ execution_id, serial, steps, status }: EventsMark): string =>
  deflateRawSync(JSON.stringify([execution_id, serial, steps, status])).toString("base64url");

/** An empty text is the beginning. @returns undefined where it is none that was given out for this execution */
export const fromMark = (text: string, execution_id: string): EventsMark | undefined => {
  if (text === "") return { execution_id, serial: 0, steps: [], status: null };
  try {
    const packed = Buffer.from(text, "base64url");
    const unpacked = inflateRawSync(packed, { maxOutputLength: MOST_UNPACKED_BYTES }).toString();
    const [of, serial, steps, status] = written.parse(JSON.parse(unpacked));
    return of === execution_id ? { execution_id, serial, steps, status } : undefined;
  } catch {
    // The caller sent no mark but text that does not unpack, is no JSON, or says something else.
    return undefined;
  }
};

/** Up to which event of each step was read; from the first, where the steps were not there when the mark was made. */
export const readOfSteps = (
  { steps }: EventsMark,
  step_ids: readonly string[],
): ReadonlyMap<string, number> | undefined => {
  if (steps.length === 0) return new Map(step_ids.map((step_id) => [step_id, 0]));
  const lengths = fromStepLengths(steps, step_ids);
  return lengths && new Map(lengths.map(({ step_id, seq }) => [step_id, seq]));
};

export const lengthsOf = (read: ReadonlyMap<string, number>): StepLengths =>
  toStepLengths([...read].map(([step_id, seq]) => ({ step_id, seq })));
