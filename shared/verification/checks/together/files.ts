import { z } from "zod";
import type { Case } from "../../case.ts";
import type { Findings } from "../../finding.ts";

/** Of each file only what another file says too: whatever else a release writes, these must fit together. */
const logLine = z.looseObject({
  execution_id: z.string(),
  plan_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  status: z.string(),
  execution_mode: z.string(),
  duration_ms: z.number(),
  error_message: z.string().nullable(),
});
/** The fields of a line that its step's chain adds up to. */
export const logLineAlone = logLine.extend({ timestamp: z.string(), output_summary: z.string() });
export const summary = z.looseObject({
  pipeline_id: z.string(),
  start_time: z.string(),
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
export const conflicts = z.looseObject({ total_conflicts: z.number(), conflicts: z.array(z.unknown()) });
export const stepLine = z.looseObject({
  step_id: z.string(),
  transition_id: z.string(),
  timestamp: z.string(),
  from_state: z.string(),
  to_state: z.string(),
  details: z.looseObject({ event: z.string(), actor: z.string() }),
});
export const rollbackLine = z.looseObject({ affected_executions: z.array(z.string()) });

export type Summary = z.infer<typeof summary>;
export type LogLine = z.infer<typeof logLine>;
export type LogLineAlone = z.infer<typeof logLineAlone>;
export type StepLine = z.infer<typeof stepLine>;

/** Files that are written again right now may be of two seals. */
export const wrong = ({ sealingAgain }: Case, findings: Findings) =>
  sealingAgain ? findings.incomplete : findings.tampered;

/** A file that is not there is missed where artifacts are looked at. */
export const reader = (verified: Case, findings: Findings) => {
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
