import { serviceOf } from "../../../shared/contracts/service.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "../step/step-context.ts";
import { nowOf } from "./in-flight.ts";

/**
 * Says of a LIVE call that its service has just given no answer to it. The circuit counts these, so that it need not wait
 * until the execution has ended, which may be days later: a person is asked what became of the call.
 */
export const noteUnanswered = async (
  deps: Pick<Deps, "clock" | "unansweredCalls">,
  { record, called }: Pick<StepContext, "record" | "called">,
): Promise<void> => {
  const { execution_id, step_id } = record;
  const { tool_name } = called;
  await deps.unansweredCalls.put({
    ...{ execution_id, step_id, tool_name },
    of: serviceOf(called) ?? tool_name,
    at: nowOf(deps),
  });
};
