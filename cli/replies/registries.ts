import { z } from "zod";
import { json, jsonObject } from "../../shared/plan/json.ts";

export const contract = z.looseObject({
  tool_name: z.string(),
  description: z.string(),
  risk_level: z.string(),
  reversible: z.boolean(),
  required_permissions: z.array(z.string()),
  dependencies: z.array(z.string()),
  timeout_seconds: z.number(),
  max_concurrent: z.number().optional(),
  requires_approval: z.boolean(),
  approvals_required: z.number(),
  input_schema: jsonObject,
  resources: z.array(z.looseObject({ key: z.string(), access: z.string() })),
  rate_limit: z.looseObject({ service: z.string(), limit: z.number(), window_seconds: z.number() }).nullable(),
  compensation: z.union([z.string(), z.looseObject({ tool_name: z.string() })]),
  outcome_resolution: z.string(),
  idempotency_window_seconds: z.number().optional(),
  asked_in_order: z.array(z.string()).optional(),
  output_schema: jsonObject.optional(),
  binding: z
    .looseObject({
      kind: z.string(),
      hosts: z.array(z.string()).optional(),
      server: z.string().optional(),
      pins: z.array(jsonObject).optional(),
    })
    .optional(),
  version: z.number(),
  content_hash: z.string(),
});
export type Contract = z.infer<typeof contract>;

/** Names of those whose record cannot be read; servers of releases before do not tell. */
const unreadable = z.array(z.string()).optional();

const counts = z.looseObject({ tools: z.number(), approval_required: z.number(), writes: z.number() });

export const contractProposal = z.looseObject({
  contract,
  lowers: z.array(z.string()),
  proposed_by: z.string(),
  proposed_at: z.string(),
});
export type ContractProposal = z.infer<typeof contractProposal>;

export const contractList = z.looseObject({
  contracts: z.array(contract),
  pending: z.array(contractProposal).default([]),
  statistics: counts.extend({
    by_risk_level: z.record(z.string(), counts),
    by_reversibility: z.record(z.string(), counts),
  }),
  unreadable,
  next: z.string().nullable().default(null),
});
export type ContractList = z.infer<typeof contractList>;

export const contractReply = z.looseObject({
  contract,
  unchanged: z.boolean(),
  pending: contractProposal.optional(),
  warnings: z.array(z.string()).default([]),
});
export type ContractReply = z.infer<typeof contractReply>;

const acceptance = z.looseObject({ definition: z.string(), accepted_by: z.string(), accepted_at: z.string() });
export const toolDefinitions = z.looseObject({
  definitions: z.array(
    z.looseObject({
      tool: z.string(),
      server: z.string(),
      quarantined: z.boolean(),
      changed: z
        .looseObject({
          definition: z.string(),
          found_at: z.string(),
          changes: z.array(z.looseObject({ part: z.string(), was: json, is: json })),
        })
        .nullable(),
      accepted: z.array(acceptance),
    }),
  ),
});
export type ToolDefinitions = z.infer<typeof toolDefinitions>;
export const definitionsAccepted = z.looseObject({ accepted: z.array(acceptance.extend({ tool: z.string() })) });

const server = z.looseObject({
  server: z.string(),
  kind: z.string(),
  url: z.string().optional(),
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  passes_on: z.looseObject({ prompts: z.boolean().optional(), resources: z.boolean().optional() }).optional(),
});
export const serverList = z.looseObject({ servers: z.array(server), unreadable });
export type ServerReply = z.infer<typeof server>;
export const serverReply = z.looseObject({ server, unchanged: z.boolean() });
export const serverRemoved = z.looseObject({ removed: z.string() });
const leftOut = z.looseObject({ name: z.string(), why: z.string() });
export const serverTools = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string() })),
  /** A server of an earlier release tells of none. */
  left_out: z.array(leftOut).default([]),
});

export const agent = z.looseObject({
  agent_id: z.string(),
  owner: z.string(),
  granted_permissions: z.array(z.string()),
  allowed_submitters: z.array(z.string()),
  default_confidence: z.number().nullable(),
});
export type Agent = z.infer<typeof agent>;

export const agentProposal = z.looseObject({
  agent,
  widens: z.array(z.string()),
  proposed_by: z.string(),
  proposed_at: z.string(),
});
export type AgentProposal = z.infer<typeof agentProposal>;

export const agentList = z.looseObject({
  agents: z.array(agent),
  /** A server of an earlier release asks no second person. */
  pending: z.array(agentProposal).default([]),
  registry_open: z.boolean(),
  unreadable,
});
export type AgentList = z.infer<typeof agentList>;

export const agentReply = z.looseObject({ agent, unchanged: z.boolean(), pending: agentProposal.optional() });
export type AgentReply = z.infer<typeof agentReply>;

const notMade = z.looseObject({ made: z.literal(false), why: z.string() });
const remarks = z.string().nullable();
const change = z.looseObject({ record: z.string(), field: z.string(), old: json, new: json });

export const tryReply = z.looseObject({
  contract: z.looseObject({ tool_name: z.string(), version: z.number(), risk_level: z.string() }),
  approvals_required: z.number(),
  resources: z.array(z.looseObject({ key: z.string(), access: z.string() })),
  mock: z.discriminatedUnion("made", [z.looseObject({ made: z.literal(true), output: json, remarks }), notMade]),
  preview: z.discriminatedUnion("made", [
    z.looseObject({
      made: z.literal(true),
      summary: z.string(),
      changes: z.array(change),
      output: json,
      remarks,
    }),
    notMade,
  ]),
});
export type TryReply = z.infer<typeof tryReply>;
