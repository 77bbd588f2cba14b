import pMap from "p-map";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { type RollBackOf, rollBackPlan } from "../../../shared/execution/wave/roll-back-plan.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { loadWithSteps } from "../../records/load-with-steps.ts";
import { type RestingDeps, restsElsewhere } from "../../records/rests-elsewhere.ts";
import { notFound } from "../http/problems.ts";
import { MAX_ROLLBACK_SHOWN, type Problem, type RollbackPreview } from "../schemas.ts";

type Using = RestingDeps & Pick<Deps, "executions" | "bodies">;

const CONCURRENT_READS = 16;

/** Says what a roll back would do about each call that stands now, without doing any of it. */
export const previewRollBack =
  (deps: Using) =>
  async (execution_id: string, depth: number | null): Promise<Result<RollbackPreview, Problem>> => {
    const execution = await deps.executions.get(execution_id);
    if (execution === undefined) return refuse(notFound(`execution ${execution_id}`));
    if (execution.schedule === null) return accept({ execution_id, steps: [], more_steps: 0 });
    const { schedule, index, submission, recordOf } = await loadWithSteps(deps, execution_id);
    const number = (execution.rollback_requested?.number ?? 0) + 1;
    const contracts = submission.contractOf;
    const plan = rollBackPlan({ steps: schedule.steps, index, recordOf, number, contracts, depth });
    const shown = await pMap(
      plan.slice(0, MAX_ROLLBACK_SHOWN),
      (each) => withOthers(deps, recordOf(each.step.step_id), each),
      {
        concurrency: CONCURRENT_READS,
      },
    );
    return accept({
      execution_id,
      steps: shown.map(({ step, ...would }) => ({
        step_id: step.step_id,
        plan_id: step.plan_id,
        tool_name: step.tool_name,
        ...would,
      })),
      more_steps: Math.max(0, plan.length - MAX_ROLLBACK_SHOWN),
    });
  };

/** Steps of other executions that took a call for their own, and act on it: looked at as the roll back itself does. */
const withOthers = async (deps: RestingDeps, record: StepRecord, undo: RollBackOf): Promise<RollBackOf> => {
  if (undo.would !== "undo") return undo;
  const rests = await restsElsewhere(deps, record);
  if (rests === undefined) return undo;
  return {
    ...undo,
    would: "ask",
    why: rests.kind === "moves" ? `${rests.why}; asked where it stands then` : rests.why,
  };
};
