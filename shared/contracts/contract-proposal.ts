import { z } from "zod";
import { toolContract } from "./tool-contract.ts";

/**
 * A version of a contract that lowers a guard: it is not in force until a second person puts the same. It was proposed
 * over the version before its own, and lapses when that is not the newest any more.
 */
export const contractProposal = z.strictObject({
  contract: toolContract,
  /** The guards it lowers, in words. */
  lowers: z.array(z.string()).min(1),
  proposed_by: z.string(),
  /** ISO 8601, UTC. */
  proposed_at: z.string(),
});
export type ContractProposal = z.infer<typeof contractProposal>;

/** Whether it still waits for a second person, `newest` being the version in force. */
export const isPending = ({ contract }: ContractProposal, newest: { readonly version: number }): boolean =>
  contract.version === newest.version + 1;
