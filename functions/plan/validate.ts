import { newStepRecord } from "../../shared/execution/record/step-event.ts";
import type { Deps } from "../deps.ts";
import { appendInRun } from "../records/append-in-run.ts";
import { readExecution, readSubmission } from "../records/documents.ts";
import { recordSubmission } from "../records/record-submission.ts";
import { type PassInput, workflowRun } from "../records/workflow-input.ts";

export type ValidateDeps = Pick<Deps, "clock" | "executions" | "bodies" | "steps" | "auditLog">;

/**
 * Validate: the submission is what was accepted (its digest says so), every step has its pinned contract, and every
 * step gets its first record. A later workflow run of the same execution, or a repeated task, changes nothing.
 * @throws BodyLost when the stored submission is not what was accepted
 */
export const validate =
  (deps: ValidateDeps) =>
  async (input: unknown): Promise<PassInput> => {
    const { execution_id, history } = workflowRun.parse(input);
    const execution = await readExecution(deps, execution_id);
    const submission = await readSubmission(deps.bodies, execution.submission);
    const begun = { execution_id, history, pass: 1 };
    if (execution.schedule !== null) return begun;
    const steps = submission.plans.flatMap((plan) => plan.steps);
    for (const step of steps) {
      if (!submission.contractOf.has(step.tool_name))
        throw new RangeError(`no contract of ${step.tool_name} is pinned`);
    }
    const records = steps.map(({ plan_id, step_id }) =>
      newStepRecord({ execution_id, plan_id, step_id }, execution.submitted_at),
    );
    await deps.steps.createAll(records);
    // Looked for first: a write that is refused costs more than a read.
    if ((await deps.auditLog.head(execution_id, "execution")) === undefined) {
      await recordSubmission(deps, execution, null);
    }
    const entry = {
      type: "validated",
      at: deps.clock.now().toISOString(),
      actor: "buddy",
      body: {
        plans: submission.plans.map(({ plan_id, validation }) => ({ plan_id, validation })),
        contracts: submission.contracts.map(({ tool_name, version, content_hash }) => ({
          tool_name,
          version,
          content_hash,
        })),
        steps: steps.length,
      },
    };
    await appendInRun(deps, { execution_id, history }, entry, ({ type }) => type === entry.type);
    return begun;
  };
