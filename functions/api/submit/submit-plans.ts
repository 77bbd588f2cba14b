import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { SubmissionRecord } from "../../../shared/execution/record/submission-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../records/documents.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { linksOf } from "../http/links.ts";
import { invalidInput } from "../http/problems.ts";
import type { Problem, Submitted } from "../schemas.ts";
import { type BeginDeps, goOnWith, othersNamed, putOnRecord, type Submitting } from "./begin-execution.ts";
import { checkSubmission } from "./check-submission.ts";
import { recallKey, rememberKey } from "./request-key.ts";

type Using = BeginDeps & Pick<Deps, "ids" | "log" | "contracts" | "callerNames">;

export type SubmitRequest = Submitting & { readonly text: string; readonly body: unknown };

export type SubmitReply = { readonly submitted: Submitted; readonly replayed: boolean };

/**
 * Accepts plans as a new execution and starts it, or refuses with everything that is wrong and stores nothing.
 *
 * Under an idempotency key the first acceptance counts: the same body again gets the same execution, another body is a
 * conflict. The key is remembered first, then the body, the record, the audit and the start, each of which can be
 * repeated: whatever a crash left undone, sending the same key again does.
 */
export const submitPlans =
  (deps: Using) =>
  async (request: SubmitRequest): Promise<Result<SubmitReply, Problem>> => {
    const asked = await recallKey(deps, request);
    if (!asked.ok) return asked;
    const { before } = asked.value;
    if (before?.on_record) return accept(await replay(deps, before.execution_id));

    const checked = await checkSubmission(deps)(request.body, request.submitter);
    if (!checked.ok) return refuse(invalidInput(checked.refusal));
    const others = othersNamed(request, checked.value.record);
    if (others !== undefined) return refuse(others);

    const named = await rememberKey(deps, asked.value, before?.execution_id ?? deps.ids.next());
    if (!named.ok) return named;
    const execution_id = named.value;
    const record = await putOnRecord(deps, execution_id, request, checked.value);
    if (record === undefined) return accept(await replay(deps, execution_id));
    await startRun(deps)(record);
    const { correlation_id, step_count } = record;
    deps.log.info("plans were accepted", { execution_id, correlation_id, steps: step_count });
    return accept({ submitted: replyOf(record, checked.value.record), replayed: false });
  };

/** The reply that was given, after doing what a crash may have left undone. */
const replay = async (deps: Using, execution_id: string): Promise<SubmitReply> => {
  const record = await goOnWith(deps, execution_id);
  return { submitted: replyOf(record, await readSubmission(deps.bodies, record.submission)), replayed: true };
};

const replyOf = (
  { execution_id, status, plan_ids, step_count }: ExecutionRecord,
  { warnings }: Pick<SubmissionRecord, "warnings">,
): Submitted => ({ execution_id, status, plan_ids, step_count, warnings, links: linksOf(execution_id) });
