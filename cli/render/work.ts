import { moment, plural } from "../../shared/shown/words.ts";
import type { WorkState } from "../replies/system.ts";
import type { Look } from "./approval.ts";

type Group = WorkState["groups"][number];

const toolLine = (
  { tool_name, last_asked_at: at, last_asked_by: by }: Group["tools"][number],
  { paint }: Look,
): string =>
  at === null
    ? `  ${tool_name}: ${paint.yellow("no worker has ever asked for it")}`
    : `  ${tool_name}: asked for at ${moment(at)} by ${by ?? "a worker"}`;

/** Calls that wait for workers, by group, and the worker that asked last. */
export const workLines = ({ groups }: WorkState, look: Look): string[] => {
  if (groups.length === 0) return ["No tool is bound to workers"];
  return groups.flatMap(({ group, tools, waiting }) => [
    `${look.paint.bold(group)}: ${plural(waiting.length, "call")} waiting`,
    ...tools.map((tool) => toolLine(tool, look)),
    ...waiting.map(
      ({ tool_name, rung, execution_id, start_by }) =>
        `  ${look.paint.yellow("waits:")} ${rung} of ${tool_name} (${execution_id}), to be taken by ${moment(start_by)}`,
    ),
  ]);
};
