import { compareText } from "../../../shared/feedback/counts.ts";
import type { CalibrationReport } from "../../../shared/health/calibration.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import type { CalibrationReply } from "../schemas.ts";

/** An entry by what entries are ordered by: executions that end between two pages move few of them. */
type Mark = { readonly kind: "agent" | "tool"; readonly trials: number; readonly name: string };

const MARK = /^(agent|tool):(\d{1,15}):(.*)$/su;

/** @throws InvalidPageToken */
const markIn = (text: string): Mark => {
  const found = MARK.exec(text);
  if (found === null) throw new InvalidPageToken(text);
  const [, kind, trials, name = ""] = found;
  return { kind: kind === "agent" ? "agent" : "tool", trials: Number(trials), name };
};

/** Agents stand before tools, and of each those with the most evidence first. */
const isBehind = (one: Mark, last: Mark): boolean => {
  if (one.kind !== last.kind) return one.kind === "tool";
  return one.trials < last.trials || (one.trials === last.trials && compareText(one.name, last.name) > 0);
};

type Asked = { readonly limit: number; readonly next?: string | undefined };

/**
 * A part of the report: so many agents and tools at most, behind the mark that the page before gave. Executions that are in
 * no sum are named on the first. @throws InvalidPageToken
 */
export const calibrationPage = (report: CalibrationReport, { limit, next }: Asked): CalibrationReply => {
  const last = next === undefined ? undefined : markIn(next);
  const left = [
    ...report.agents.map((agent) => ({ kind: "agent" as const, name: agent.agent_id, trials: agent.trials, agent })),
    ...report.tools.map((tool) => ({ kind: "tool" as const, name: tool.tool_name, trials: tool.trials, tool })),
  ].filter((entry) => last === undefined || isBehind(entry, last));
  const page = left.slice(0, limit);
  const end = page.at(-1);
  return {
    agents: page.flatMap((entry) => (entry.kind === "agent" ? [entry.agent] : [])),
    tools: page.flatMap((entry) => (entry.kind === "tool" ? [entry.tool] : [])),
    unread_executions: last === undefined ? report.unread_executions : [],
    next: end === undefined || left.length <= limit ? null : `${end.kind}:${end.trials}:${end.name}`,
  };
};
