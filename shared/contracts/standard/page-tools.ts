import type { z } from "zod";
import type { toolContractInput } from "../tool-contract.ts";

type ContractSource = z.input<typeof toolContractInput>;

const text = { type: "string" };
const name = { type: "string", minLength: 1 };

/**
 * Page tools act on the page the agent has open; `url` says which one where that matters, and only then is the page a
 * resource that two agents can collide on. Nothing is required, so that a short-form plan can name tools alone.
 * Reads take further arguments as they come; what writes takes only what an approver is shown the meaning of.
 */
const page = { url: { ...name, description: "The page; absent, the one the agent has open" } };
const pageRead = [{ key: "page:{url}", access: "read" as const }];
const pageWrite = [{ key: "page:{url}", access: "write" as const }];

const read = {
  risk_level: "LOW",
  reversible: true,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "QUERYABLE",
} as const;

export const PAGE_TOOLS: readonly ContractSource[] = [
  {
    ...read,
    tool_name: "vision_inspect",
    description: "Looks at a page and describes what is on it",
    timeout_seconds: 5,
    input_schema: { type: "object", properties: { ...page, target: text, question: text } },
    resources: pageRead,
    max_concurrent: 8,
  },
  {
    ...read,
    tool_name: "screenshot_capture",
    description: "Takes a picture of a page",
    timeout_seconds: 3,
    input_schema: { type: "object", properties: { ...page, full_page: { type: "boolean" } } },
    resources: pageRead,
    max_concurrent: 8,
  },
  {
    ...read,
    tool_name: "text_extract",
    description: "Reads the text of a page or of a part of it",
    dependencies: ["vision_inspect"],
    timeout_seconds: 5,
    input_schema: { type: "object", properties: { ...page, selector: text } },
    resources: pageRead,
    max_concurrent: 8,
  },
  {
    tool_name: "form_fill",
    description: "Puts a value into a form field; roll back puts the old value back",
    risk_level: "MEDIUM",
    reversible: true,
    requires_approval: true,
    approvals_required: 1,
    dependencies: ["vision_inspect"],
    timeout_seconds: 10,
    input_schema: {
      type: "object",
      properties: { ...page, selector: name, value: text },
      // A value belongs to a field and a field to a value; with neither, the field that the inspection found is shown.
      dependentRequired: { value: ["selector"], selector: ["value"] },
      additionalProperties: false,
    },
    resources: pageWrite,
    compensation: "adapter",
    // The value of a field can be read again.
    outcome_resolution: "QUERYABLE",
    max_concurrent: 4,
  },
  {
    tool_name: "button_click",
    description: "Clicks a button or link",
    risk_level: "MEDIUM",
    reversible: false,
    requires_approval: true,
    approvals_required: 1,
    dependencies: ["vision_inspect", "form_fill"],
    timeout_seconds: 15,
    input_schema: { type: "object", properties: { ...page, selector: name, value: text }, additionalProperties: false },
    resources: pageWrite,
    // Whether a click reached its page cannot be told from the page afterwards.
    outcome_resolution: "OPAQUE",
    max_concurrent: 4,
  },
  {
    tool_name: "web_action_irreversible",
    description: "Does something on a page that cannot be taken back: buys, deletes, publishes",
    risk_level: "HIGH",
    reversible: false,
    requires_approval: true,
    approvals_required: 1,
    required_permissions: ["web_write"],
    dependencies: ["vision_inspect", "button_click"],
    timeout_seconds: 30,
    input_schema: {
      type: "object",
      properties: { url: name, action: name, selector: name, details: { type: "object" } },
      // Nobody can approve an act without knowing what is done and where.
      required: ["url", "action"],
      additionalProperties: false,
    },
    resources: pageWrite,
    outcome_resolution: "OPAQUE",
    max_concurrent: 1,
  },
];
