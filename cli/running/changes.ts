import type { Paint } from "../context.ts";
import { standing } from "../render/execution.ts";
import { painterFor } from "../render/labels.ts";
import { truncate, widthOf } from "../render/width.ts";
import type { Step } from "../replies/executions.ts";

/** The state of a step that is remembered between two looks at it. */
export type Seen = Map<string, string>;

/** How it ended, at a glance: done, stopped at its preview, or aborted. */
const markOf = ({ finished, state }: Step): string => {
  if (!finished) return " ";
  if (state === "LIVE") return "✓";
  return state === "ABORTED" ? "✗" : "·";
};

const NAME_WIDTH = 30;
const TOOL_WIDTH = 24;

/** A line for every step that stands elsewhere than at the last look; remembers how it stands now. */
export const changedSteps = (
  seen: Seen,
  steps: readonly Step[],
  { paint, columns }: { paint: Paint; columns: number },
): string[] =>
  steps.flatMap((step) => {
    const now = `${standing(step)} ${step.approval_id ?? ""}`;
    const before = seen.get(step.step_id);
    seen.set(step.step_id, now);
    if (before === now || (before === undefined && step.state === "MOCK" && !step.finished)) return [];
    const short = truncate(step.step_id, NAME_WIDTH);
    const name = `${short}${" ".repeat(Math.max(0, NAME_WIDTH - widthOf(short)))}`;
    const tool = truncate(step.tool_name, TOOL_WIDTH).padEnd(TOOL_WIDTH);
    const where = standing(step);
    const done = markOf(step);
    const room = columns - 2 - NAME_WIDTH - TOOL_WIDTH - where.length - 8;
    const why = step.reason === null || room < 10 ? "" : `  ${paint.dim(truncate(step.reason, room))}`;
    return [`${done} ${name}  ${paint.dim(tool)}  ${painterFor(paint, step.state)(where)}${why}`];
  });
