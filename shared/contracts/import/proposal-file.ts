import { z } from "zod";
import { isJsonObject, type Json, jsonObject } from "../../plan/json.ts";

/** Something of a contract that its source does not say in so many words, and what it was taken from. */
export const inference = z.strictObject({
  /** JSON Pointer into the contract: `/risk_level`. */
  field: z.string(),
  /** In words: "GET only reads". */
  from: z.string(),
});
export type Inference = z.infer<typeof inference>;

/** One tool as an import proposes it. */
export const proposedTool = z.strictObject({
  /** The name its source gives it, whatever the contract had to call it. */
  original: z.string(),
  inferred: z.array(inference),
  /** The points a reviewer has to look at. */
  warnings: z.array(z.string()),
  /** The contract that `buddy contracts add` registers once somebody has read it. */
  contract: jsonObject,
});
export type ProposedTool = z.infer<typeof proposedTool>;

export const proposalSource = z.strictObject({
  kind: z.enum(["openapi", "mcp"]),
  /** The file, the address or the server it came from. */
  location: z.string(),
  title: z.string(),
  version: z.string(),
  /** SHA-256 of what was read, so that a later import shows whether it is still the same. */
  digest: z.string(),
});
export type ProposalSource = z.infer<typeof proposalSource>;

/**
 * The file that an import writes for people to review: tools that could be contracts, each with what was inferred, and
 * what could not be taken, with the reasons. Nothing in it is registered before somebody adds the file.
 */
export const proposalFile = z.strictObject({
  source: proposalSource,
  tools: z.array(proposedTool),
  refused: z.array(z.strictObject({ original: z.string(), reasons: z.array(z.string()).min(1) })),
});
export type ProposalFile = z.infer<typeof proposalFile>;

/**
 * The contracts of a proposal as it stands, perhaps edited by a reviewer: what is wrong with one is for its definition
 * to say. Undefined where the value is no proposal.
 */
export const proposedContracts = (value: Json): Json[] | undefined => {
  if (!isJsonObject(value) || !Array.isArray(value.tools) || !isJsonObject(value.source)) return undefined;
  return value.tools.map((tool) => (isJsonObject(tool) && tool.contract !== undefined ? tool.contract : tool));
};
