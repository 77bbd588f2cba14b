import { utc } from "../../../artifacts/artifact.ts";
import { modeReached } from "../../../execution/order/order.ts";
import { stepChain } from "../../../execution/record/step-event.ts";
import { digestOf } from "../../../plan/digest.ts";
import { type Json, json } from "../../../plan/json.ts";
import type { Case } from "../../case.ts";
import type { LogLineAlone, StepLine } from "./files.ts";

/** How the artifacts call some ends of a step; of the others, and of releases' words for them, nothing is asked. */
const STATUS: Readonly<Record<string, string>> = { live: "success", failed: "failed", compensated: "rollback" };

/** A text that is no time is told as it is: the record may hold one that somebody wrote into it. */
export const inUtc = (at: string): string => (Number.isNaN(Date.parse(at)) ? at : utc(at));

const joined = (...told: readonly unknown[]): string => told.join(", ");

/** The chain's account of a line's step, as far as it was sealed, and the line's own, in the same words. */
export const lineBeside = ({ steps, mayBeNewer }: Case, line: LogLineAlone): [string, string] => {
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

export const transitionBeside = ({ chains }: Case, line: StepLine): [string, string] => {
  const seq = Number(line.transition_id.split("/").at(-1));
  const event = chains.get(stepChain(line.step_id))?.[seq - 1];
  const { timestamp, from_state, to_state, details } = line;
  const found = joined(details.event, details.actor, timestamp, from_state, to_state);
  if (event === undefined) return [chains.size === 0 ? found : "no such event", found];
  return [joined(event.type, event.actor, inUtc(event.at), event.body.from, event.body.to), found];
};
