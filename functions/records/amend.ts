import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { accept, type Result, refuse } from "../../shared/plan/result.ts";
import { compareAndSet } from "../../shared/ports/contention.ts";
import type { Deps } from "../deps.ts";
import { ExecutionNotFound } from "./documents.ts";

/** The writers of one record are a handful. */
const TURNS = 20;

/**
 * Changes an execution's record by a conditional write, again on what it has become when somebody was faster.
 * `change` sees undefined when there is no such execution; a record it returns as it was is not written.
 * @throws Contended
 */
export const amend =
  (deps: Pick<Deps, "executions">) =>
  <Refusal>(
    execution_id: string,
    change: (record: ExecutionRecord | undefined) => Result<ExecutionRecord, Refusal>,
    /** For where more write it at the same moment than usual. */
    turns: number = TURNS,
  ): Promise<Result<ExecutionRecord, Refusal>> =>
    compareAndSet(`execution ${execution_id}`, turns, async () => {
      const record = await deps.executions.get(execution_id);
      const changed = change(record);
      if (!changed.ok || changed.value === record) return changed;
      const stored = await deps.executions.update(changed.value);
      return stored === "moved" ? stored : accept(stored);
    });

/** The same for an execution that is there. @returns its record as it stands then. @throws ExecutionNotFound, Contended */
export const amendFound =
  (deps: Pick<Deps, "executions">) =>
  async (execution_id: string, change: (record: ExecutionRecord) => ExecutionRecord): Promise<ExecutionRecord> => {
    const amended = await amend(deps)(execution_id, (found) =>
      found === undefined ? refuse(null) : accept(change(found)),
    );
    if (!amended.ok) throw new ExecutionNotFound(execution_id);
    return amended.value;
  };
