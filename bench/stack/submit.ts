import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import type { Deps } from "../../functions/deps.ts";
import { benchContracts, type Shape, submissionOf } from "./plans.ts";

/** The contracts the submissions of the benchmark use, beside the standard ones. */
export const registerBenchTools = async (deps: Pick<Deps, "contracts">): Promise<void> => {
  for (const contract of benchContracts) await deps.contracts.put(contract);
};

/** Submits as the API does. @returns the execution's id. @throws Error with the refusal */
export const submit = async (deps: Deps, shape: Shape): Promise<string> => {
  const body = submissionOf(shape);
  const reply = await submitPlans(deps)({
    text: JSON.stringify(body),
    body,
    submitter: "bench",
    idempotency_key: undefined,
  });
  if (!reply.ok) throw new Error(JSON.stringify(reply.refusal));
  return reply.value.submitted.execution_id;
};

/** @throws Error unless the execution ended as expected: with all that was to be done, or with nothing but a rehearsal */
export const mustHaveEnded = async (
  deps: Pick<Deps, "executions">,
  execution_id: string,
  as: "SUCCEEDED" | "INCOMPLETE" = "SUCCEEDED",
): Promise<void> => {
  const status = (await deps.executions.get(execution_id))?.status;
  if (status !== as) throw new Error(`execution ${execution_id} ended as ${status}`);
};
