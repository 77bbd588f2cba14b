import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";
import { inUtc, lineBeside, transitionBeside } from "./together/beside-chains.ts";
import {
  conflicts,
  type LogLine,
  logLineAlone,
  reader,
  rollbackLine,
  type Summary,
  stepLine,
  summary,
  wrong,
} from "./together/files.ts";

/** The files tell of the same execution, the same steps, and as many conflicts and roll backs; of each step as its chain does. */
export const together: Check = {
  name: "together",
  run: (verified, findings) => {
    const read = reader(verified, findings);
    const log = read.lines("tool_execution_log.jsonl", logLineAlone);
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
      const submitted = verified.serial.find(({ type }) => type === "submitted");
      if (submitted !== undefined) compare(file, "start", inUtc(submitted.at), told.start_time);
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
    for (const line of log ?? []) {
      const [expected, found] = lineBeside(verified, line);
      compare("tool_execution_log.jsonl", `line of ${line.step_id}`, expected, found);
    }
    for (const line of transitions ?? []) {
      const [expected, found] = transitionBeside(verified, line);
      compare("execution_state_transitions.jsonl", `line ${line.transition_id}`, expected, found);
    }
    return [log, told, found, rollbacks, transitions].filter((each) => each !== undefined).length;
  },
};

const stepText = (plan_id: string, step: Omit<LogLine, "plan_id" | "execution_id">) =>
  `${plan_id}/${step.step_id} ${step.tool_name} ${step.status} ${step.execution_mode} ${step.duration_ms} ${step.error_message}`;
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

const comparer =
  (verified: Case, findings: Findings) =>
  (file: string, what: string, expected: string, found: string): void => {
    if (expected === found) return;
    wrong(verified, findings)(file, `its ${what} is not what the other files tell`, { expected, found });
  };
