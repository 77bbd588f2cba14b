import type { Schedule } from "../../conflicts/schedule.ts";
import { ceilingOf } from "../../contracts/ceiling.ts";
import { cutToBytes } from "../../plan/cut-to-bytes.ts";
import type { Lock } from "./lock.ts";

/** In bytes of JSON text. Every step of a schedule says it, of which every pass reads all; a lock's own record has it whole. */
const MOST_SAID = 500;

/**
 * While a lock covers everything, an execution that begins is MOCK only: every step may be simulated, which touches
 * nothing, and goes no further.
 */
export const mockOnlyUnderLock = (schedule: Schedule, locks: readonly Lock[]): Schedule => {
  const lock = locks.find(({ scope }) => scope.kind === "everything");
  if (lock === undefined) return schedule;
  const said = `everything was locked by ${lock.locked_by} when the execution began: ${lock.reason}`;
  const message = cutToBytes(said, MOST_SAID);
  const steps = schedule.steps.map((step) => ({
    ...step,
    ceiling: ceilingOf([...step.ceiling.reasons, { cause: "lock", mode: "MOCK", message }]),
  }));
  return { ...schedule, steps };
};
