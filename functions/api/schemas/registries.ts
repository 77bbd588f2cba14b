import { z } from "zod";
import { acceptedDefinition, definitionStanding } from "../../../shared/contracts/binding/mcp/definition-review.ts";
import { mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { toolDefinition } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import { contractProposal } from "../../../shared/contracts/contract-proposal.ts";
import { riskLevel, toolContract } from "../../../shared/contracts/tool-contract.ts";
import { preview } from "../../../shared/execution/approval/preview.ts";
import { agent } from "../../../shared/plan/agent.ts";
import { agentProposal } from "../../../shared/plan/agent-proposal.ts";
import { agentName } from "../../../shared/plan/given-names.ts";
import { json, jsonObject } from "../../../shared/plan/json.ts";
import { nameOf } from "../../../shared/plan/same-person.ts";
import { pageQuery, unreadable, wholeNumber } from "./common.ts";

const counts = z.strictObject({
  tools: z.number().int(),
  approval_required: z.number().int(),
  writes: z.number().int(),
});

/** `check=true`: the answer is what would be kept, and nothing is. */
export const puttingQuery = z.strictObject({ check: z.enum(["true", "false"]).default("false") });

export const contractList = z.strictObject({
  contracts: z.array(toolContract),
  /** Versions that lower a guard, and that a second person has yet to confirm: not in force. */
  pending: z.array(contractProposal),
  statistics: counts.extend({
    by_risk_level: z.strictObject({ LOW: counts, MEDIUM: counts, HIGH: counts }),
    by_reversibility: z.strictObject({ reversible: counts, irreversible: counts }),
  }),
  /** Tools whose contract cannot be read: no plan can name them. */
  unreadable,
  next: z.string().nullable(),
});
export type ContractList = z.infer<typeof contractList>;

export const contractListQuery = pageQuery.extend({ limit: wholeNumber(1, 1_000).default(200) });

export const contractQuery = z.strictObject({ version: wholeNumber(1, 999_999_999).optional() });

/**
 * `contract` is the version in force. `unchanged`: no new version was made; `pending` says where one waits for a second
 * person to put the same.
 */
export const contractReply = z.strictObject({
  contract: toolContract,
  unchanged: z.boolean(),
  pending: contractProposal.exactOptional(),
  /** Taken, but perhaps not what was meant: what its schemas say that checks nothing. */
  warnings: z.array(z.string()),
});
export type ContractReply = z.infer<typeof contractReply>;

export const agentList = z.strictObject({
  agents: z.array(agent),
  /** Registrations that widen what an agent may do, and that a second person has yet to confirm: they do not count. */
  pending: z.array(agentProposal),
  /** An open registry also takes agents that are not in it. */
  registry_open: z.boolean(),
  unreadable,
});
export type AgentList = z.infer<typeof agentList>;

/** `agent_id` may be left out: the path names it, but for a name that stands there as its short name. */
const person = z
  .string()
  .max(512)
  .refine((name) => nameOf(name) !== "", "must have something that can be seen");
export const agentBody = agent.extend({
  agent_id: agentName.optional(),
  owner: person,
  allowed_submitters: z.array(person).default([]),
});
/** `agent` is what counts; `pending` says where another registration waits for a second person to put the same. */
export const agentReply = z.strictObject({
  agent,
  unchanged: z.boolean(),
  pending: agentProposal.exactOptional(),
});
export type AgentReply = z.infer<typeof agentReply>;

export const serverList = z.strictObject({ servers: z.array(mcpServer), unreadable });
export type ServerList = z.infer<typeof serverList>;
export const serverReply = z.strictObject({ server: mcpServer, unchanged: z.boolean() });
export type ServerReply = z.infer<typeof serverReply>;
export const serverRemoved = z.strictObject({ removed: z.string() });

/** How the tools that the contract in force pins stand at their server. */
export const toolDefinitions = z.strictObject({
  tool_name: z.string(),
  version: z.number().int(),
  definitions: z.array(definitionStanding),
});
export type ToolDefinitions = z.infer<typeof toolDefinitions>;

/** Digests of the definitions that the person read. */
export const acceptDefinitionsBody = z.strictObject({
  definitions: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, "must be the digest of a definition"))
    .min(1)
    .max(5),
});
export const definitionsAccepted = z.strictObject({ tool_name: z.string(), accepted: z.array(acceptedDefinition) });
export type DefinitionsAccepted = z.infer<typeof definitionsAccepted>;

/** The tools that a server offers now; `left_out`: those that it describes in a way in which nobody can call them, and why. */
export const serverTools = z.strictObject({
  server: z.string(),
  tools: z.array(toolDefinition),
  left_out: z.array(z.strictObject({ name: z.string(), why: z.string() })),
});
export type ServerTools = z.infer<typeof serverTools>;

export const tryBody = z.strictObject({ arguments: jsonObject });

const notMade = z.strictObject({ made: z.literal(false), why: z.string() });
/** `remarks`: what was left out of the tool's answer, and where it is not what the contract promises. */
const remarks = z.string().nullable();

/** MOCK and DRY_RUN of one call, as an approver of it would see them. */
export const tryReply = z.strictObject({
  contract: z.strictObject({
    tool_name: z.string(),
    version: z.number().int(),
    content_hash: z.string(),
    risk_level: riskLevel,
  }),
  /** So many different people must approve the call before LIVE. */
  approvals_required: z.number().int(),
  resources: z.array(z.strictObject({ key: z.string(), access: z.enum(["read", "write"]) })),
  mock: z.discriminatedUnion("made", [z.strictObject({ made: z.literal(true), output: json, remarks }), notMade]),
  preview: z.discriminatedUnion("made", [preview.extend({ made: z.literal(true), remarks }), notMade]),
});
export type TryReply = z.infer<typeof tryReply>;
