import type { ExecutionRecord } from "../../shared/execution/execution-record.ts";
import type { Result } from "../../shared/plan/result.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Deps } from "../deps.ts";

/** Whoever loses a race reads again; the writers of one record are a handful. */
const ATTEMPTS = 20;

export class ExecutionContended extends Surprise {
  override readonly name = "ExecutionContended";
  constructor(execution_id: string) {
    super(`execution ${execution_id} was changed by others ${ATTEMPTS} times in a row`);
  }
}

/**
 * Changes an execution's record by a conditional write, again on what it has become when somebody was faster.
 * `change` sees undefined when there is no such execution; a record it returns as it was is not written.
 * @throws ExecutionContended
 */
export const amend =
  (deps: Pick<Deps, "executions">) =>
  async <Refusal>(
    execution_id: string,
    change: (record: ExecutionRecord | undefined) => Result<ExecutionRecord, Refusal>,
  ): Promise<Result<ExecutionRecord, Refusal>> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const record = await deps.executions.get(execution_id);
      const changed = change(record);
      if (!changed.ok || changed.value === record) return changed;
      const stored = await deps.executions.update(changed.value);
      if (stored !== undefined) return { ok: true, value: stored };
    }
    throw new ExecutionContended(execution_id);
  };
