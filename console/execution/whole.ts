import type { ExecutionDetail, StepView } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import type { Answer } from "../client/http.ts";

/** An execution with all of its steps, in rank order. */
export type Whole = Omit<ExecutionDetail, "steps" | "next"> & { readonly steps: readonly StepView[] };

/** More than an execution can have. */
const MOST_PAGES = 20;

export const wholeExecution = async (api: Api, id: string): Promise<Answer<Whole>> => {
  const first = await api.execution(id, { steps_limit: 1_000 });
  if (first.kind !== "value") return first;
  const steps = [...first.value.steps];
  let { next } = first.value;
  let requests = 1;
  for (let page = 1; page < MOST_PAGES && next !== null; page += 1) {
    const more = await api.execution(id, { steps_limit: 1_000, next });
    if (more.kind !== "value") return more;
    requests += 1;
    steps.push(...more.value.steps);
    next = more.value.next;
  }
  return { kind: "value", value: { ...first.value, steps }, requests };
};

/** Seconds between two looks: what goes on is looked at often, but a large one no oftener than it takes. */
export const pauseOf = (execution: Whole | undefined): number => {
  if (execution === undefined) return 5;
  return execution.ended_at === null ? Math.max(5, execution.step_count / 250) : 30;
};
