import { z } from "zod";
import { agentId } from "../../plan/given-names.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import type { SubmissionRecord } from "./submission-record.ts";

/** The words by which an execution is looked for, beside those that its record has anyway. */
export const about = z.strictObject({
  agents: z.array(agentId),
  tools: z.array(identifier),
  /** Goals of its plans, one after the other. */
  goals: z.string(),
});
export type About = z.infer<typeof about>;

/** A record is one item of the store, and is written at every turn: what is larger is read in the submission. */
const MOST_BYTES = 4_096;

/** The words of a submission by which it is looked for. */
export const aboutOf = ({ plans }: Pick<SubmissionRecord, "plans">): About => {
  const steps = plans.flatMap((plan) => plan.steps);
  return {
    agents: [...new Set([...steps.map(({ agent_id }) => agent_id), ...plans.flatMap(agentsOf)])],
    tools: [...new Set(steps.map(({ tool_name }) => tool_name))],
    goals: plans.flatMap(({ goal }) => (goal === null ? [] : [goal])).join("\n"),
  };
};

const agentsOf = ({ agents }: SubmissionRecord["plans"][number]): string[] => agents.map(({ agent_id }) => agent_id);

/** The same where it is small enough to be kept on the record. */
export const keptAbout = (submission: Pick<SubmissionRecord, "plans">): About | undefined => {
  const found = aboutOf(submission);
  return Buffer.byteLength(JSON.stringify(found)) <= MOST_BYTES ? found : undefined;
};
