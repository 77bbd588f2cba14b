import { z } from "zod";
import type { Aggregate } from "../feedback/aggregate.ts";
import { MILLION } from "../feedback/aggregate-steps.ts";
import { compareText } from "../feedback/counts.ts";

const count = z.number().int().nonnegative();
const rate = z.number().min(0).max(1);

/** Of one agent, over its LIVE calls of known outcome: how sure it said it was, and how often it was right. */
export const agentCalibration = z.strictObject({
  agent_id: z.string(),
  trials: count,
  successes: count,
  /** The mean of what it stated. */
  stated_confidence: rate,
  success_rate: rate,
});
export type AgentCalibration = z.infer<typeof agentCalibration>;

/** Of one tool, one outcome a step: the evidence there is of its reliability. */
export const toolEvidence = z.strictObject({ tool_name: z.string(), trials: count, successes: count });
export type ToolEvidence = z.infer<typeof toolEvidence>;

export const calibrationReport = z.strictObject({
  agents: z.array(agentCalibration),
  tools: z.array(toolEvidence),
  /** Executions of the window that are in no sum, because they cannot be read. */
  unread_executions: z.array(z.string()),
});
export type CalibrationReport = z.infer<typeof calibrationReport>;

/** Each agent and each tool, as a window of executions shows them, those with the most evidence first. */
export const calibrationOfWindow = ({ agents, tools, unread }: Aggregate): CalibrationReport => ({
  agents: Object.entries(agents)
    .map(([agent_id, buckets]) => agentOf(agent_id, Object.values(buckets)))
    .sort((one, other) => other.trials - one.trials || compareText(one.agent_id, other.agent_id)),
  tools: Object.entries(tools)
    .map(([tool_name, { steps }]) => ({
      tool_name,
      trials: steps.successes + steps.failures,
      successes: steps.successes,
    }))
    .filter(({ trials }) => trials > 0)
    .sort((one, other) => other.trials - one.trials || compareText(one.tool_name, other.tool_name)),
  unread_executions: unread,
});

const agentOf = (agent_id: string, buckets: readonly Aggregate["agents"][string][string][]): AgentCalibration => {
  const sum = (of: (bucket: (typeof buckets)[number]) => number): number =>
    buckets.reduce((all, each) => all + of(each), 0);
  const trials = sum((each) => each.trials);
  const successes = sum((each) => each.successes);
  // Divided once: 0.95 stays 0.95.
  const stated_confidence = sum((each) => each.confidence_millionths) / (MILLION * trials);
  return { agent_id, trials, successes, stated_confidence, success_rate: successes / trials };
};
