import { z } from "zod";
import { correlationId } from "../shared/execution/execution-record.ts";
import { identifier } from "../shared/plan/tool-execution-plan.ts";
import type { Log, LogFields } from "../shared/ports/log.ts";

const known = identifier.optional().catch(undefined);
const subject = z
  .object({
    execution_id: known,
    plan_id: known,
    step_id: known,
    correlation_id: correlationId.optional().catch(undefined),
  })
  .partial()
  .catch({});

/** What a task's input is about, as far as it says: the ids that every line of the task carries. */
export const subjectOf = (input: unknown): LogFields => {
  const named = Object.entries(subject.parse(input));
  return Object.fromEntries(named.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
};

/** The use case, with a log for each call that says what the call is about. */
export const observing =
  <Using extends { readonly log: Log }, Answer>(
    deps: Using,
    useCase: (deps: NoInfer<Using>) => (input: unknown) => Promise<Answer>,
  ) =>
  (input: unknown): Promise<Answer> =>
    useCase({ ...deps, log: deps.log.with(subjectOf(input)) })(input);
