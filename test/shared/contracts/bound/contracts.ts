import type { JsonObject } from "../../../../shared/plan/json.ts";

/** A binding with every part, as a team would write it. */
export const crmBinding = (changes: JsonObject = {}): JsonObject => ({
  kind: "http",
  hosts: ["crm.example.com"],
  call: {
    method: "PUT",
    url: "https://crm.example.com/contacts/{contact_id}",
    body: { stage: { $arg: "/fields/stage" } },
    auth: { as: "bearer", secret: "crm-write" },
    output: "/contact",
  },
  read: {
    method: "GET",
    url: "https://crm.example.com/contacts/{contact_id}",
    auth: { as: "bearer", secret: "crm-read" },
  },
  changes: [{ field: "stage", old: "/contact/stage", new: { $arg: "/fields/stage" } }],
  look_up: {
    request: { method: "GET", url: "https://crm.example.com/contacts/{contact_id}" },
    happened_when: { path: "/contact/stage", equals: { $arg: "/fields/stage" } },
  },
  undo: {
    method: "PUT",
    url: "https://crm.example.com/contacts/{contact_id}",
    body: { stage: { $old: "/contact/stage" } },
  },
  no_effect_statuses: [400, 401, 403, 404, 409, 422],
  ...changes,
});

/** A tool that changes a contact of the CRM, in the real world by that binding. */
export const crmContract = (binding: JsonObject, changes: JsonObject = {}): JsonObject => ({
  tool_name: "crm_set_stage",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  input_schema: {
    type: "object",
    properties: {
      contact_id: { type: "string" },
      fields: { type: "object", properties: { stage: { type: "string" } } },
      note: { type: "string" },
    },
    required: ["contact_id"],
  },
  resources: [{ key: "crm:contact:{contact_id}", access: "write" }],
  binding,
  ...changes,
});
