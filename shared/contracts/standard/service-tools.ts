import type { z } from "zod";
import { SET } from "../schema/set.ts";
import type { toolContractInput } from "../tool-contract.ts";

type ContractSource = z.input<typeof toolContractInput>;

const name = { type: "string", minLength: 1 };
const email = { type: "string", format: "email" };
const searchSchema = {
  type: "object",
  properties: { query: { type: "string" }, email, limit: { type: "integer", minimum: 1, maximum: 100 } },
};
const person = { email, first_name: name, last_name: name, phone: name, company: name };
/** GoHighLevel keeps a contact's tags without order, each once. By a pattern: one name of many is no list of the names. */
const ghlFields = { type: "object", patternProperties: { "^tags$": { [SET]: true } } };

/** GoHighLevel API v2: 100 requests in 10 s for each app and location. */
const ghlLimit = { service: "ghl", limit: 100, window_seconds: 10 };
/** Mployer publishes no quota; one request a second is modest. Put the contract anew where yours is known. */
const mployerLimit = { service: "mployer", limit: 60, window_seconds: 60 };
/** Exchange Online takes 30 messages a minute from one mailbox. */
const mailLimit = { service: "msgraph", limit: 30, window_seconds: 60 };

const search = {
  risk_level: "MEDIUM",
  reversible: true,
  requires_approval: false,
  approvals_required: 0,
  input_schema: searchSchema,
  outcome_resolution: "QUERYABLE",
  max_concurrent: 10,
} as const;

const irreversible = {
  risk_level: "HIGH",
  reversible: false,
  requires_approval: true,
  approvals_required: 1,
} as const;

export const SERVICE_TOOLS: readonly ContractSource[] = [
  {
    ...search,
    tool_name: "mployer_search",
    description: "Searches contacts in Mployer",
    required_permissions: ["mployer_access"],
    timeout_seconds: 30,
    resources: [{ key: "mployer:contacts", access: "read" }],
    rate_limit: mployerLimit,
  },
  {
    ...search,
    tool_name: "ghl_search",
    description: "Searches contacts in GoHighLevel",
    required_permissions: ["ghl_access"],
    timeout_seconds: 15,
    resources: [{ key: "ghl:contacts", access: "read" }],
    rate_limit: ghlLimit,
  },
  {
    tool_name: "ghl_update_contact",
    description:
      "Changes fields of a contact in GoHighLevel; roll back writes the old values where they are still ours",
    risk_level: "MEDIUM",
    reversible: true,
    requires_approval: true,
    approvals_required: 1,
    required_permissions: ["ghl_access", "ghl_write"],
    dependencies: ["ghl_search"],
    timeout_seconds: 20,
    input_schema: {
      type: "object",
      properties: { contact_id: name, fields: { ...ghlFields, minProperties: 1 } },
      required: ["contact_id", "fields"],
      additionalProperties: false,
    },
    resources: [{ key: "ghl:contact:{contact_id}", access: "write" }],
    rate_limit: ghlLimit,
    compensation: "adapter",
    // The contact shows whether the values arrived.
    outcome_resolution: "QUERYABLE",
    max_concurrent: 5,
  },
  {
    ...irreversible,
    tool_name: "ghl_create_contact",
    description: "Creates a contact in GoHighLevel",
    required_permissions: ["ghl_access", "ghl_write"],
    dependencies: ["ghl_search"],
    timeout_seconds: 20,
    // The address is what a created contact is found by, if its creation times out.
    input_schema: {
      type: "object",
      properties: { ...person, fields: { ...ghlFields, default: {} } },
      required: ["email"],
      additionalProperties: false,
    },
    resources: [{ key: "ghl:contact_email:{email}", access: "write" }],
    rate_limit: ghlLimit,
    outcome_resolution: "QUERYABLE",
    max_concurrent: 2,
  },
  {
    ...irreversible,
    tool_name: "mployer_add_contact",
    description: "Adds a contact to Mployer",
    required_permissions: ["mployer_access", "mployer_write"],
    dependencies: ["mployer_search"],
    timeout_seconds: 25,
    input_schema: {
      type: "object",
      properties: { ...person, fields: { type: "object", default: {} } },
      required: ["email"],
      additionalProperties: false,
    },
    resources: [{ key: "mployer:contact_email:{email}", access: "write" }],
    rate_limit: mployerLimit,
    outcome_resolution: "QUERYABLE",
    max_concurrent: 2,
  },
  {
    ...irreversible,
    tool_name: "msgraph_send_email",
    description: "Sends a mail through Microsoft Graph",
    required_permissions: ["email_send"],
    dependencies: ["memory_search"],
    timeout_seconds: 20,
    input_schema: {
      type: "object",
      properties: {
        to: { anyOf: [email, { type: "array", items: email, minItems: 1, [SET]: true }] },
        subject: name,
        body: { type: "string" },
        cc: { type: "array", items: email, [SET]: true, default: [] },
      },
      required: ["to", "subject", "body"],
      additionalProperties: false,
    },
    rate_limit: mailLimit,
    // sendMail takes no idempotency key and returns no id to look up: after a timeout only a person can tell, and a
    // mail that may go out twice is worse than one that waits.
    outcome_resolution: "OPAQUE",
    max_concurrent: 4,
  },
];
