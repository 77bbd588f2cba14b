import type { ExecutionMode } from "../../contracts/ceiling.ts";
import type { BodyRef, StepRecord } from "./step-record.ts";

/** Highest mode that succeeded; null while none has. A duplicate carries the output of a call that it did not make. */
export const modeReached = (record: StepRecord): ExecutionMode | null => {
  if (record.committed || (record.live_output !== null && record.ending !== "conflict")) return "LIVE";
  if (record.dry_run_output !== null) return "DRY_RUN";
  return record.mock_output === null ? null : "MOCK";
};

/** Of a duplicate, what the call returned that was made in its place: what its dependents take too. */
export const outputReached = (record: StepRecord): BodyRef | null => {
  if (record.ending === "conflict" && record.live_output !== null) return record.live_output;
  switch (modeReached(record)) {
    case "LIVE":
      return record.live_output;
    case "DRY_RUN":
      return record.dry_run_output;
    default:
      return record.mock_output;
  }
};
