import { z } from "zod";
import { utc } from "../../artifacts/artifact.ts";
import { modeReached } from "../../execution/order/order.ts";
import { stepChain } from "../../execution/record/step-event.ts";
import { digestOf } from "../../plan/digest.ts";
import { type Json, json } from "../../plan/json.ts";
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
  duration_ms: z.number(),
  error_message: z.string().nullable(),
});
/** The fields of a line that its step's chain adds up to. */
const logLineAlone = logLine.extend({ timestamp: z.string(), output_summary: z.string() });
const summary = z.looseObject({
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
const conflicts = z.looseObject({ total_conflicts: z.number(), conflicts: z.array(z.unknown()) });
const stepLine = z.looseObject({
  step_id: z.string(),
  transition_id: z.string(),
  timestamp: z.string(),
  from_state: z.string(),
  to_state: z.string(),
  details: z.looseObject({ event: z.string(), actor: z.string() }),
});
const rollbackLine = z.looseObject({ affected_executions: z.array(z.string()) });

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

/** How the artifacts call some ends of a step; of the others, and of releases' words for them, nothing is asked. */
const STATUS: Readonly<Record<string, string>> = { live: "success", failed: "failed", compensated: "rollback" };

/** A text that is no time is told as it is: the record may hold one that somebody wrote into it. */
const inUtc = (at: string): string => (Number.isNaN(Date.parse(at)) ? at : utc(at));

const joined = (...told: readonly unknown[]): string => told.join(", ");

/** The chain's account of a line's step, as far as it was sealed, and the line's own, in the same words. */
const lineBeside = ({ steps, mayBeNewer }: Case, line: z.infer<typeof logLineAlone>): [string, string] => {
  const record = steps.get(line.step_id)?.transitions.findLast(({ event }) => !mayBeNewer(event))?.after;
  if (record === undefined) return ["", ""];
  const { rungs, ending, phase, reason, live_output, dry_run_output, mock_output, made_up } = record;
  const status = phase === "finished" ? (STATUS[ending ?? ""] ?? line.status) : line.status;
  const mode = ending === "conflict" ? line.execution_mode : modeReached(record);
  const error = status === "success" ? null : (reason ?? line.error_message);
  const unknown = line.error_message === "OUTCOME_UNKNOWN";
  const output = (live_output ?? dry_run_output ?? mock_output)?.digest;
  const said = made_up ? line.output_summary.replace(/^made up by the sandbox: /, "") : line.output_summary;
  return [
    joined(
      status,
      mode,
      rungs.reduce((sum, { duration_ms }) => sum + duration_ms, 0),
      inUtc(rungs[0]?.started_at ?? line.timestamp),
      unknown ? line.error_message : error,
      `output ${output}`,
    ),
    joined(
      line.status,
      line.execution_mode,
      line.duration_ms,
      line.timestamp,
      line.error_message,
      `output ${isOutput(said, output) ? output : said}`,
    ),
  ];
};

/** Where the whole of an output is told; none and null are told alike. Of one that was cut, nothing is asked. */
const isOutput = (said: string, digest: string | undefined): boolean => {
  if (digest === undefined) return said === "";
  const values = [said, parsed(said), said === "" ? null : said];
  return said.endsWith("…") || values.some((value) => digestOf("body", value) === digest);
};

const parsed = (text: string): Json => {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return text;
  }
};

const transitionBeside = ({ chains }: Case, line: z.infer<typeof stepLine>): [string, string] => {
  const seq = Number(line.transition_id.split("/").at(-1));
  const event = chains.get(stepChain(line.step_id))?.[seq - 1];
  const { timestamp, from_state, to_state, details } = line;
  const found = joined(details.event, details.actor, timestamp, from_state, to_state);
  if (event === undefined) return [chains.size === 0 ? found : "no such event", found];
  return [joined(event.type, event.actor, inUtc(event.at), event.body.from, event.body.to), found];
};

type Summary = z.infer<typeof summary>;
type LogLine = z.infer<typeof logLine>;

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
