import { type Schedule, schedule as scheduleSchema } from "../../shared/conflicts/schedule.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { type SubmissionRecord, submissionRecord } from "../../shared/execution/record/submission-record.ts";
import { indexSchedule, type ScheduleIndex } from "../../shared/execution/view/view.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Deps } from "../deps.ts";
import { keepDocuments } from "./keep-documents.ts";
import { sameContracts } from "./same-contracts.ts";

export type Submission = SubmissionRecord & { readonly contractOf: ReadonlyMap<string, ToolContract> };

const contractsSeen = sameContracts();

export const readSubmission = keepDocuments((body): Submission => {
  const submission = submissionRecord.parse(body);
  const contracts = submission.contracts.map(contractsSeen.of);
  const contractOf = new Map(contracts.map((contract) => [contract.tool_name, contract]));
  return { ...submission, contracts, contractOf };
});

export type Ordered = { readonly schedule: Schedule; readonly index: ScheduleIndex };

export const readSchedule = keepDocuments((body): Ordered => {
  const schedule = scheduleSchema.parse(body);
  return { schedule, index: indexSchedule(schedule) };
});

/** Lets go of the documents that this process has read, of executions that have ended as well: for when nothing happens. */
export const forgetDocuments = (): void => {
  readSubmission.forget();
  readSchedule.forget();
  contractsSeen.forget();
};

export class ExecutionNotFound extends Surprise {
  override readonly name = "ExecutionNotFound";
  constructor(execution_id: string) {
    super(`no execution ${execution_id}`);
  }
}

/** @throws ExecutionNotFound */
export const readExecution = async (deps: Pick<Deps, "executions">, execution_id: string): Promise<ExecutionRecord> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) throw new ExecutionNotFound(execution_id);
  return execution;
};

export type Loaded = Ordered & { readonly execution: ExecutionRecord; readonly submission: Submission };

/**
 * An execution whose conflicts are resolved, with its documents.
 * @throws ExecutionNotFound, or Error when it has no schedule yet.
 */
export const loadExecution = async (
  deps: Pick<Deps, "executions" | "bodies">,
  execution_id: string,
): Promise<Loaded> => {
  const execution = await readExecution(deps, execution_id);
  if (execution.schedule === null) throw new Error(`execution ${execution_id} has no schedule yet`);
  const [submission, ordered] = await Promise.all([
    readSubmission(deps.bodies, execution.submission),
    readSchedule(deps.bodies, execution.schedule),
  ]);
  return { execution, submission, ...ordered };
};
