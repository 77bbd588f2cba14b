import { z } from "zod";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";

/** Of each file only what another file says too: whatever else a release writes, these must fit together. */
const logLine = z.looseObject({
  execution_id: z.string(),
  plan_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  status: z.string(),
  execution_mode: z.string(),
});
const summary = z.looseObject({
  pipeline_id: z.string(),
  plans_processed: z.number(),
  plans_successful: z.number(),
  plans_incomplete: z.number(),
  plans_failed: z.number(),
  total_conflicts: z.number(),
  total_rollbacks: z.number(),
  orchestration_results: z.array(
    z.looseObject({
      plan_id: z.string(),
      tool_results: z.array(logLine.omit({ execution_id: true, plan_id: true })),
    }),
  ),
});
const conflicts = z.looseObject({ total_conflicts: z.number(), conflicts: z.array(z.unknown()) });
const stepLine = z.looseObject({ step_id: z.string() });
const rollbackLine = z.looseObject({ affected_executions: z.array(z.string()) });

/** The files tell of the same execution, the same steps, and as many conflicts and roll backs. */
export const together: Check = {
  name: "together",
  run: (verified, findings) => {
    const read = reader(verified, findings);
    const log = read.lines("tool_execution_log.jsonl", logLine);
    const told = read.document("orchestration_summary.json", summary);
    const found = read.document("tool_conflicts.json", conflicts);
    const rollbacks = read.lines("rollback_events.jsonl", rollbackLine);
    const transitions = read.lines("execution_state_transitions.jsonl", stepLine);
    const compare = comparer(verified, findings);
    for (const id of new Set(log?.map(({ execution_id }) => execution_id))) {
      compare("tool_execution_log.jsonl", "execution", verified.execution_id, id);
    }
    if (told !== undefined) {
      const file = "orchestration_summary.json";
      compare(file, "execution", verified.execution_id, told.pipeline_id);
      compare(file, "number of plans", String(told.plans_processed), String(told.orchestration_results.length));
      if (log !== undefined) {
        compare(file, "steps, and how they ended,", stepsOfLog(log), stepsOfSummary(told));
        compare(file, "count of plans by how they ended", endsOfLog(log), endsOfSummary(told));
      }
      if (found !== undefined) {
        compare(file, "number of conflicts", String(found.total_conflicts), String(told.total_conflicts));
      }
      if (rollbacks !== undefined) {
        compare(file, "number of roll backs", String(rollbacks.length), String(told.total_rollbacks));
      }
    }
    if (found !== undefined) {
      compare(
        "tool_conflicts.json",
        "number of conflicts",
        String(found.conflicts.length),
        String(found.total_conflicts),
      );
    }
    if (log !== undefined) {
      const known = new Set(log.map(({ step_id }) => step_id));
      const moved = transitions?.map(({ step_id }) => step_id) ?? [];
      const undone = rollbacks?.flatMap(({ affected_executions }) => affected_executions) ?? [];
      for (const step of new Set([...moved, ...undone])) {
        if (!known.has(step)) compare("tool_execution_log.jsonl", "steps", `one called ${step}`, "no such step");
      }
    }
    return [log, told, found, rollbacks, transitions].filter((each) => each !== undefined).length;
  },
};

type Summary = z.infer<typeof summary>;
type LogLine = z.infer<typeof logLine>;

const stepText = (plan_id: string, step: Pick<LogLine, "step_id" | "tool_name" | "status" | "execution_mode">) =>
  `${plan_id}/${step.step_id} ${step.tool_name} ${step.status} ${step.execution_mode}`;
const stepsOfLog = (log: readonly LogLine[]): string =>
  log
    .map((line) => stepText(line.plan_id, line))
    .sort()
    .join(", ");
const stepsOfSummary = ({ orchestration_results }: Summary): string =>
  orchestration_results
    .flatMap(({ plan_id, tool_results }) => tool_results.map((step) => stepText(plan_id, step)))
    .sort()
    .join(", ");

const inWords = (successful: number, incomplete: number, failed: number): string =>
  `${successful} successful, ${incomplete} incomplete, ${failed} failed`;
const endsOfLog = (log: readonly LogLine[]): string => {
  const plans = [...Map.groupBy(log, ({ plan_id }) => plan_id).values()];
  const failed = plans.filter((lines) => lines.some(({ status }) => status === "failed")).length;
  const successful = plans.filter((lines) => lines.every(({ status }) => status === "success")).length;
  return inWords(successful, plans.length - failed - successful, failed);
};
const endsOfSummary = ({ plans_successful, plans_incomplete, plans_failed }: Summary): string =>
  inWords(plans_successful, plans_incomplete, plans_failed);

/** Files that are written again right now may be of two seals. */
const wrong = ({ sealingAgain }: Case, findings: Findings) => (sealingAgain ? findings.incomplete : findings.tampered);

const comparer =
  (verified: Case, findings: Findings) =>
  (file: string, what: string, expected: string, found: string): void => {
    if (expected === found) return;
    wrong(verified, findings)(file, `its ${what} is not what the other files tell`, { expected, found });
  };

/** A file that is not there is missed where artifacts are looked at. */
const reader = (verified: Case, findings: Findings) => {
  const textOf = (name: string): string | undefined => {
    const file = verified.files.find((candidate) => candidate.name === name);
    return file === undefined ? undefined : Buffer.from(file.bytes).toString("utf8");
  };
  const read = <Value>(name: string, value: () => Value): Value | undefined => {
    try {
      return value();
    } catch {
      wrong(verified, findings)(name, "it cannot be read as what it is called");
      return undefined;
    }
  };
  return {
    document: <Shape extends z.ZodType>(name: string, schema: Shape): z.infer<Shape> | undefined => {
      const text = textOf(name);
      return text === undefined ? undefined : read(name, () => schema.parse(JSON.parse(text)));
    },
    lines: <Shape extends z.ZodType>(name: string, schema: Shape): z.infer<Shape>[] | undefined => {
      const texts = textOf(name)
        ?.split("\n")
        .filter((line) => line !== "");
      return texts === undefined ? undefined : read(name, () => texts.map((line) => schema.parse(JSON.parse(line))));
    },
  };
};
