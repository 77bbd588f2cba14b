import { z } from "zod";
import { toolContract } from "../../contracts/tool-contract.ts";
import { agent } from "../../plan/agent.ts";
import { toolExecutionPlan } from "../../plan/tool-execution-plan.ts";

/**
 * The record that an accepted submission leaves behind: everything an execution was promised on the day it was
 * accepted, so that a contract or an agent changed later changes nothing that runs already.
 */
export const submissionRecord = z.strictObject({
  plans: z.array(toolExecutionPlan),
  /** One version per tool: of the tools the plans use, and of the tools that compensate those. */
  contracts: z.array(toolContract),
  /** The registered ones among the plans' agents; in an open registry others may act too. */
  agents: z.array(agent),
  warnings: z.array(z.string()),
});
export type SubmissionRecord = z.infer<typeof submissionRecord>;
