import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { Deps } from "../deps.ts";
import { type Loaded, loadExecution } from "./documents.ts";

/** @throws RangeError for a step without a record. */
type RecordOf = (step_id: string) => StepRecord;

/**
 * An execution whose conflicts are resolved, with its documents and the records of its steps.
 * @throws as loadExecution does
 */
export const loadWithSteps = async (
  deps: Pick<Deps, "executions" | "bodies" | "steps">,
  execution_id: string,
): Promise<Loaded & { readonly recordOf: RecordOf }> => {
  const [loaded, all] = await Promise.all([loadExecution(deps, execution_id), deps.steps.all(execution_id)]);
  const records = new Map(all.map((record) => [record.step_id, record]));
  const recordOf: RecordOf = (step_id) => {
    const record = records.get(step_id);
    if (record === undefined) throw new RangeError(`no record of step ${step_id}`);
    return record;
  };
  return { ...loaded, recordOf };
};
