import pMap from "p-map";
import { sameCallDigest } from "../../../shared/conflicts/call-digest.ts";
import { compareFinalCall } from "../../../shared/conflicts/compare-final-call.ts";
import type { Schedule, ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import { isDuplicateSensitive, type ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { sealedPreview } from "../../../shared/execution/approval/preview.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { conflictInput } from "../../conflicts/resolve.ts";
import { loadExecution, readSchedule, readSubmission } from "../../records/documents.ts";
import { putRescheduled } from "./put-rescheduled.ts";
import { type RescheduleDeps, startedSteps } from "./reschedule-edits.ts";

const CONCURRENT_READS = 16;

/**
 * A call that must not be made twice is compared with others as soon as its arguments are known: one that takes a value
 * by `$from` when its preview is final, before anybody is asked. A conflict that is found is on record, and in force,
 * like what an edit brings; where nothing is found, nothing is written.
 */
export const checkFinalCalls = async (deps: RescheduleDeps, begun: ExecutionRecord): Promise<void> => {
  if (begun.schedule === null) return;
  const { contractOf } = await readSubmission(deps.bodies, begun.submission);
  if (feeding((await readSchedule(deps.bodies, begun.schedule)).schedule, contractOf).length === 0) return;

  const loaded = await loadExecution(deps, begun.execution_id);
  const records = await deps.steps.all(begun.execution_id);
  const recordOf = new Map(records.map((record) => [record.step_id, record]));
  const fed = feeding(loaded.schedule, contractOf);
  const due = fed.filter(
    ({ step_id, aborted_by_conflict }) => aborted_by_conflict === null && isAboutToBeAsked(recordOf.get(step_id)),
  );
  if (due.length === 0) return;

  const finals = await finalArguments(deps, fed, recordOf);
  const input = await conflictInput(deps, loaded.execution, loaded.submission, due, finals);
  const started = startedSteps(records);
  let { execution, schedule } = loaded;
  for (const { step_id, tool_name } of due) {
    const found = compareFinalCall(schedule, input, step_id, started);
    const contract = contractOf.get(tool_name);
    const args = finals.get(step_id);
    if (found === undefined || contract === undefined || args === undefined) continue;
    const about = { step_id, same_call: sameCallDigest(contract, args) };
    execution = await putRescheduled(deps, execution, found, { actor: "buddy", about });
    ({ schedule } = await loadExecution(deps, execution.execution_id));
  }
};

/** Steps whose call must not be made twice and rests on what other steps return. */
const feeding = ({ steps }: Schedule, contractOf: ReadonlyMap<string, ToolContract>): ScheduledStep[] =>
  steps.filter(({ tool_name, argument_sources }) => {
    const contract = contractOf.get(tool_name);
    return argument_sources.length > 0 && contract !== undefined && isDuplicateSensitive(contract);
  });

const isFinal = (record: StepRecord | undefined): record is StepRecord & { readonly preview: object } =>
  record !== undefined && record.preview !== null && !record.provisional;

const isAboutToBeAsked = (record: StepRecord | undefined): boolean =>
  isFinal(record) && record.state === "DRY_RUN" && record.phase === "open";

const finalArguments = async (
  deps: Pick<RescheduleDeps, "bodies">,
  fed: readonly ScheduledStep[],
  recordOf: ReadonlyMap<string, StepRecord>,
): Promise<ReadonlyMap<string, JsonObject>> => {
  const known = await pMap(
    fed,
    async ({ step_id }): Promise<[string, JsonObject][]> => {
      const record = recordOf.get(step_id);
      if (!isFinal(record)) return [];
      return [[step_id, sealedPreview.parse(await deps.bodies.get(record.preview)).arguments]];
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(known.flat());
};
