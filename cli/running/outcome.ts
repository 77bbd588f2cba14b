import { z } from "zod";
import { printableJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Paint } from "../context.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Look } from "../render/approval.ts";
import { conflictLines, stateCounts } from "../render/execution.ts";
import { painted } from "../render/labels.ts";
import { table } from "../render/table.ts";
import { wrap } from "../render/width.ts";
import type { Execution } from "../replies/executions.ts";
import type { SavedArtifacts } from "./artifact-files.ts";

/** The exit code for how an execution stands. */
export const exitCodeOf = (status: string): ExitCode => {
  switch (status) {
    case "SUCCEEDED":
      return EXIT.ok;
    case "INCOMPLETE":
      return EXIT.not_all_done;
    case "ROLLED_BACK":
      return EXIT.rolled_back;
    case "LOCKED":
      return EXIT.locked;
    case "RUNNING":
      return EXIT.waiting_for_people;
    default:
      return EXIT.not_succeeded;
  }
};

const logLine = z.looseObject({
  plan_id: z.string(),
  step_id: z.string(),
  status: z.string(),
  error_message: z.string().nullable(),
});
type LogLine = z.infer<typeof logLine>;
const signalLine = z.looseObject({
  signal_type: z.string(),
  tool_name: z.string(),
  insight: z.string(),
  target_phase: z.number(),
});
const healthFile = z.looseObject({
  health_score: z.number().nullable(),
  health_status: z.string().nullable(),
  health_assessment: z.string(),
});

const linesOf = <Line>(schema: z.ZodType<Line>, text: string | undefined): Line[] =>
  (text ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => schema.parse(printableJson(JSON.parse(line))));

export const healthIn = ({ files }: SavedArtifacts): z.infer<typeof healthFile> | undefined => {
  const text = files.get("system_health.json");
  return text === undefined ? undefined : healthFile.parse(printableJson(JSON.parse(text)));
};

export const signalsIn = ({ files }: SavedArtifacts): z.infer<typeof signalLine>[] =>
  linesOf(signalLine, files.get("learning_signals.jsonl"));

const STATUSES = ["success", "partial", "blocked", "failed", "rollback"] as const;

const logIn = (saved: SavedArtifacts | undefined): LogLine[] =>
  linesOf(logLine, saved?.files.get("tool_execution_log.jsonl"));

const planTable = (execution: Execution, log: readonly LogLine[], { paint, columns }: Look): string[] => {
  const count = (plan_id: string, status: string): string => {
    const found = log.filter((line) => line.plan_id === plan_id && line.status === status).length;
    return found === 0 ? "·" : String(found);
  };
  return table(
    [
      { head: "PLAN", shrink_to: 12 },
      { head: "STEPS", align: "right" },
      ...(log.length === 0 ? [] : STATUSES.map((head) => ({ head: head.toUpperCase(), align: "right" as const }))),
    ],
    execution.plans.map(({ plan_id, step_count }) => [
      plan_id,
      String(step_count),
      ...(log.length === 0 ? [] : STATUSES.map((status) => count(plan_id, status))),
    ]),
    { width: columns - 2, paintHead: paint.dim },
  ).map((line) => `  ${line}`);
};

const UNDONE_SHOWN = 10;

/** The steps that an INCOMPLETE execution left undone, and why. */
const undoneLines = ({ status }: Execution, log: readonly LogLine[], { columns }: Look): string[] => {
  const undone = status === "INCOMPLETE" ? log.filter((line) => line.status !== "success") : [];
  if (undone.length === 0) return [];
  const told = undone
    .slice(0, UNDONE_SHOWN)
    .flatMap(({ plan_id, step_id, error_message }) =>
      wrap(`${plan_id} / ${step_id}: ${error_message ?? "no reason given"}`, columns - 2).map((line) => `  ${line}`),
    );
  const more = undone.length - UNDONE_SHOWN;
  return ["Not done as asked:", ...told, ...(more > 0 ? [`  and ${more} more in tool_execution_log.jsonl`] : [])];
};

const healthLine = (saved: SavedArtifacts, paint: Paint, columns: number): string[] => {
  const health = healthIn(saved);
  if (health === undefined) return [];
  return [
    `Health: ${
      health.health_score === null || health.health_status === null
        ? "no evidence yet"
        : `${painted(paint, health.health_status)}, ${health.health_score.toFixed(1)} of 100`
    }`,
    ...wrap(health.health_assessment, columns - 2).map((line) => `  ${line}`),
  ];
};

/** The end of a run, in lines: plans, conflicts, health, signals, where the artifacts are. `execution` is printable. */
export const outcomeLines = (execution: Execution, saved: SavedArtifacts | undefined, look: Look): string[] => {
  const { paint, columns } = look;
  const signals = saved === undefined ? [] : signalsIn(saved);
  const log = logIn(saved);
  return [
    "",
    `${paint.bold(execution.execution_id)}  ${painted(paint, execution.status)}`,
    ...planTable(execution, log, look),
    `Steps: ${stateCounts(execution.steps, paint)}`,
    ...undoneLines(execution, log, look),
    ...(execution.conflicts.length === 0
      ? []
      : [
          `Conflicts: ${execution.conflicts.length + execution.more_conflicts}`,
          ...conflictLines(execution.conflicts, paint),
        ]),
    ...(saved === undefined ? [] : healthLine(saved, paint, columns)),
    ...(saved === undefined
      ? []
      : [
          signals.length === 0 ? "No learning signals" : `Learning signals: ${signals.length}`,
          ...signals.map(
            ({ signal_type, tool_name, insight, target_phase }) =>
              `  ${signal_type} (phase ${target_phase}) ${tool_name}: ${insight}`,
          ),
          `Artifacts: ${plural(saved.files.size, "file")} in ${saved.folder}`,
        ]),
  ];
};
