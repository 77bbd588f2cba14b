import { z } from "zod";
import { jsonObject } from "../plan/json.ts";
import { identifier } from "../plan/tool-execution-plan.ts";
import { binding } from "./binding/binding.ts";

export const RISK_LEVELS = ["LOW", "MEDIUM", "HIGH"] as const;
export const riskLevel = z.enum(RISK_LEVELS);
/** LOW reads only; MEDIUM is reversible or of limited effect; HIGH is irreversible. */
export type RiskLevel = z.infer<typeof riskLevel>;

export const toolResource = z.strictObject({
  /** A key with `{argument}` places, filled in from the resolved arguments: `ghl:contact:{contact_id}`. */
  key: z.string().min(1),
  access: z.enum(["read", "write"]),
});
export type ToolResource = z.infer<typeof toolResource>;

export const rateLimit = z.strictObject({
  service: z.string().min(1),
  limit: z.number().int().positive(),
  window_seconds: z.number().positive(),
});
export type RateLimit = z.infer<typeof rateLimit>;

export const compensation = z.union([
  z.literal("none"),
  z.literal("adapter"),
  z.strictObject({ tool_name: identifier, arguments: jsonObject }),
]);
export type Compensation = z.infer<typeof compensation>;

export const outcomeResolution = z.enum(["IDEMPOTENT_KEY", "QUERYABLE", "OPAQUE"]);
export type OutcomeResolution = z.infer<typeof outcomeResolution>;

/** The description that a team writes of a tool; the invariants between the fields are in invariants.ts. */
export const toolContractInput = z.strictObject({
  tool_name: identifier,
  description: z.string().default(""),
  risk_level: riskLevel,
  reversible: z.boolean(),
  required_permissions: z.array(z.string()).default([]),
  /** Tools that must have run before it in the same plan. */
  dependencies: z.array(identifier).default([]),
  timeout_seconds: z.number().positive().max(900),
  mock_provider_available: z.boolean().default(true),
  /** How many of its calls are waited for at once, across executions; without it there is no limit, and nothing is held. */
  max_concurrent: z.number().int().positive().exactOptional(),
  requires_approval: z.boolean(),
  approvals_required: z.number().int().min(0).max(5),
  /**
   * People or groups whom a request is put to, one after the other: the next when nobody opened it by half of its time.
   * It says who is told, never who may decide. Without one, everybody is told at once.
   */
  asked_in_order: z.array(z.string().trim().min(1).max(200)).min(1).max(10).exactOptional(),
  /** JSON Schema (2020-12 or draft-07) of the arguments, checked before DRY_RUN and LIVE. */
  input_schema: jsonObject.default({ type: "object" }),
  /** JSON Schema of what a call returns. A committed call whose output does not fit stays committed; that is recorded. */
  output_schema: jsonObject.exactOptional(),
  resources: z.array(toolResource).default([]),
  rate_limit: rateLimit.nullable().default(null),
  compensation: compensation.default("none"),
  outcome_resolution: outcomeResolution,
  /** Of an IDEMPOTENT_KEY tool: for how long, from the first sending, the provider recognises a key. A day unless told. */
  idempotency_window_seconds: z.number().int().positive().exactOptional(),
  /** HIGH always is, whatever stands here. */
  duplicate_sensitive: z.boolean().default(false),
  /** How a LIVE call reaches what it acts on; without one, the sandbox. */
  binding: binding.exactOptional(),
});
export type ToolContractInput = z.infer<typeof toolContractInput>;

export const toolContract = toolContractInput.extend({
  version: z.number().int().positive(),
  /** SHA-256 over the canonical JSON of the input fields; two contracts with one hash say the same. */
  content_hash: z.string(),
});
export type ToolContract = z.infer<typeof toolContract>;

/** True when a LIVE call changes something: not LOW, and not a MEDIUM tool whose resources are all reads. */
export const writes = (contract: Pick<ToolContractInput, "risk_level" | "resources">): boolean => {
  if (contract.risk_level === "LOW") return false;
  if (contract.risk_level === "HIGH") return true;
  return !(contract.resources.length > 0 && contract.resources.every((resource) => resource.access === "read"));
};

export const isDuplicateSensitive = (contract: ToolContractInput): boolean =>
  contract.risk_level === "HIGH" || contract.duplicate_sensitive;

/** The tool that undoes a call: the tool itself, unless its contract names another. */
export const undoingTool = ({ tool_name, compensation }: ToolContractInput): string =>
  typeof compensation === "object" ? compensation.tool_name : tool_name;

/** The least that providers who say anything promise: a day. */
const KEY_KNOWN_SECONDS = 86_400;

/** For how long a key is recognised, in seconds: after that, the same key makes the same call a second time. */
export const keyKnownSeconds = (contract: Pick<ToolContractInput, "idempotency_window_seconds">): number =>
  contract.idempotency_window_seconds ?? KEY_KNOWN_SECONDS;

/** A committed call of it can be undone. */
export const isCompensable = (contract: ToolContractInput): boolean =>
  contract.reversible && contract.compensation !== "none";
