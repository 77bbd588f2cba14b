import { z } from "zod";
import { type Conflict, conflict, conflictType, resolutionStrategy } from "../conflicts/schedule.ts";
import { jsonObject } from "../plan/json.ts";
import { type Artifact, type ArtifactInput, jsonLine, timestamp, utc } from "./artifact.ts";

const count = z.number().int().nonnegative();

export const conflictLine = z.strictObject({
  conflict_id: z.string(),
  timestamp,
  tools_involved: z.array(z.string()),
  agents_involved: z.array(z.string()),
  conflict_type: conflictType,
  severity: z.enum(["low", "medium", "high"]),
  severity_score: z.number().int().min(1).max(10),
  resolution_strategy: resolutionStrategy,
  resolution_status: conflict.shape.resolution_status,
  details: jsonObject,
});
export type ConflictLine = z.infer<typeof conflictLine>;

/** Every type and strategy is named, with 0 where none occurred. */
export const toolConflicts = z.strictObject({
  total_conflicts: count,
  by_type: z.record(conflictType, count),
  by_resolution_strategy: z.record(resolutionStrategy, count),
  conflicts: z.array(conflictLine),
});
export type ToolConflicts = z.infer<typeof toolConflicts>;

/** Severity in words: 1-3 low, 4-6 medium, 7-10 high. */
export const severityOf = (severity_score: number): ConflictLine["severity"] => {
  if (severity_score <= 3) return "low";
  return severity_score <= 6 ? "medium" : "high";
};

const lineOf = (found: Conflict, scheduled_at: string): ConflictLine => ({
  conflict_id: found.conflict_id,
  timestamp: utc(found.found_at ?? scheduled_at),
  tools_involved: found.tools_involved,
  agents_involved: found.agents_involved,
  conflict_type: found.conflict_type,
  severity: severityOf(found.severity_score),
  severity_score: found.severity_score,
  resolution_strategy: found.resolution_strategy,
  resolution_status: found.resolution_status,
  details: {
    ...found.details,
    step_ids: found.step_ids,
    plan_ids: found.plan_ids,
    finding: found.finding,
    resolution: found.resolution,
  },
});

const countWords = (words: readonly string[], all: readonly string[]): Record<string, number> =>
  Object.fromEntries(all.map((word) => [word, words.filter((each) => each === word).length]));

const documentOf = ({ schedule, scheduled_at }: ArtifactInput): ToolConflicts =>
  toolConflicts.parse({
    total_conflicts: schedule.conflicts.length,
    by_type: countWords(
      schedule.conflicts.map((found) => found.conflict_type),
      conflictType.options,
    ),
    by_resolution_strategy: countWords(
      schedule.conflicts.map((found) => found.resolution_strategy),
      resolutionStrategy.options,
    ),
    conflicts: schedule.conflicts.map((found) => lineOf(found, scheduled_at)),
  });

/**
 * One JSON document that can also be read line by line: each conflict stands alone on its line, commas stand on lines
 * of their own, and no other line parses by itself.
 */
export const toolConflictsFile: Artifact = {
  name: "tool_conflicts.json",
  render: (input) => {
    const { conflicts, ...totals } = documentOf(input);
    const head = JSON.stringify(totals).slice(0, -1);
    const lines = conflicts.map((line) => `${jsonLine(line)}\n`);
    return `${head},"conflicts":[\n${lines.join(",\n")}]}\n`;
  },
};
