import { orchestrationSummary } from "../../shared/artifacts/orchestration-summary.ts";
import { rollbackLine } from "../../shared/artifacts/rollback-events.ts";
import { toolConflicts } from "../../shared/artifacts/tool-conflicts.ts";
import { type ExecutionLogLine, executionLogLine } from "../../shared/artifacts/tool-execution-log.ts";
import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { TestWorld } from "./world.ts";

export const stepOf = async (world: TestWorld, execution_id: string, step_id: string): Promise<StepRecord> => {
  const { steps } = world.deps;
  const record =
    (await steps.get(execution_id, step_id)) ??
    (await steps.all(execution_id)).find((each) => each.step_id === step_id);
  if (record === undefined) throw new Error(`no step ${step_id}`);
  return record;
};

/** `STATE phase ending` of every step, by id: how things stand, in a form that reads well in expectations. */
export const standing = async (world: TestWorld, execution_id: string): Promise<Record<string, string>> => {
  const records = await world.deps.steps.all(execution_id);
  return Object.fromEntries(
    records
      .sort((one, other) => (one.step_id < other.step_id ? -1 : 1))
      .map(({ step_id, state, phase, ending }) => [step_id, [state, phase, ending ?? "-"].join(" ")]),
  );
};

export const statusOf = async (world: TestWorld, execution_id: string): Promise<string | undefined> =>
  (await world.deps.executions.get(execution_id))?.status;

const fileOf = async (world: TestWorld, execution_id: string, name: string): Promise<string> => {
  const content = await world.deps.artifactFiles.read(execution_id, name);
  if (content === undefined)
    throw new Error(`${execution_id} has no ${name}: it is ${await statusOf(world, execution_id)}`);
  return content;
};
const lines = (content: string): unknown[] =>
  content.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

/** The execution log, by step. */
export const logOf = async (world: TestWorld, execution_id: string): Promise<Record<string, ExecutionLogLine>> => {
  const all = lines(await fileOf(world, execution_id, "tool_execution_log.jsonl"));
  return Object.fromEntries(all.map((line) => executionLogLine.parse(line)).map((line) => [line.step_id, line]));
};

/** `status/approval_status/mode` of every step, as the log has it. */
export const reported = async (world: TestWorld, execution_id: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await logOf(world, execution_id))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([step_id, line]) => [step_id, `${line.status}/${line.approval_status}/${line.execution_mode}`]),
  );

export const summaryOf = async (world: TestWorld, execution_id: string) =>
  orchestrationSummary.parse(JSON.parse(await fileOf(world, execution_id, "orchestration_summary.json")));

export const conflictsOf = async (world: TestWorld, execution_id: string) =>
  toolConflicts.parse(JSON.parse(await fileOf(world, execution_id, "tool_conflicts.json"))).conflicts;

export const rollbacksOf = async (world: TestWorld, execution_id: string) =>
  lines(await fileOf(world, execution_id, "rollback_events.jsonl")).map((line) => rollbackLine.parse(line));

export const eventsOf = (world: TestWorld, execution_id: string): Promise<AuditEvent[]> =>
  Array.fromAsync(world.deps.auditLog.events(execution_id));

/** Names of the events of one step, in order. */
export const pathOf = async (world: TestWorld, execution_id: string, step_id: string): Promise<string[]> =>
  (await eventsOf(world, execution_id)).filter(({ chain }) => chain === `step:${step_id}`).map(({ type }) => type);
