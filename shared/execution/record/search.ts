import type { About } from "./about.ts";
import type { ExecutionRecord, ExecutionStatus } from "./execution-record.ts";

/** A question for executions; a part that is undefined is not asked. Times are ISO 8601, UTC. */
export type Search = {
  readonly text?: string | undefined;
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly status?: ExecutionStatus | undefined;
  /** Submitted then or later. */
  readonly since?: string | undefined;
  /** Submitted before. */
  readonly until?: string | undefined;
};

/** Whether a record fits as far as it says itself. */
export const recordFits = ({ status, since, until }: Search, record: ExecutionRecord): boolean =>
  (status === undefined || record.status === status) &&
  (since === undefined || Date.parse(record.submitted_at) >= Date.parse(since)) &&
  (until === undefined || Date.parse(record.submitted_at) < Date.parse(until));

/** Whether one has to know what an execution is about. */
export const asksAbout = ({ text, agent, tool }: Search): boolean =>
  text !== undefined || agent !== undefined || tool !== undefined;

/** Whether an execution is about what is looked for. Text may stand anywhere, in large or small letters. */
export const aboutFits = ({ text, agent, tool }: Search, record: ExecutionRecord, about: About): boolean =>
  (agent === undefined || about.agents.includes(agent)) &&
  (tool === undefined || about.tools.includes(tool)) &&
  (text === undefined || wordsOf(record, about).includes(text.toLowerCase()));

const wordsOf = ({ execution_id, submitted_by, plan_ids }: ExecutionRecord, { goals, agents, tools }: About): string =>
  [execution_id, submitted_by, ...plan_ids, ...agents, ...tools, goals].join("\n").toLowerCase();
