import { correlationId } from "../shared/execution/record/execution-record.ts";
import { stepId } from "../shared/plan/given-names.ts";
import { isJsonObject } from "../shared/plan/json.ts";
import { identifier } from "../shared/plan/tool-execution-plan.ts";
import type { Log, LogFields } from "../shared/ports/log.ts";

const IDS = Object.entries({
  execution_id: identifier,
  plan_id: identifier,
  step_id: stepId,
  correlation_id: correlationId,
});

/** The ids that a task's input is about, as far as it says: the ids that every line of the task carries. */
export const subjectOf = (input: unknown): LogFields => {
  if (!isJsonObject(input)) return {};
  const named: Record<string, string> = {};
  for (const [name, schema] of IDS) {
    const told = input[name] === undefined ? undefined : schema.safeParse(input[name]);
    if (told?.success) named[name] = told.data;
  }
  return named;
};

/** The use case, with a log for each call that says what the call is about. */
export const observing =
  <Using extends { readonly log: Log }, Answer>(
    deps: Using,
    useCase: (deps: NoInfer<Using>) => (input: unknown) => Promise<Answer>,
  ) =>
  (input: unknown): Promise<Answer> =>
    useCase({ ...deps, log: deps.log.with(subjectOf(input)) })(input);
