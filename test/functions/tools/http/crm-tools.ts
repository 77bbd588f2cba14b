import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { type WayOut, wayOut } from "../../../../functions/tools/http/way-out.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { type Crm, READ_SECRET, WRITE_SECRET } from "../../../counterparts/crm.ts";

const bearer = (secret: string) => ({ as: "bearer", secret });

/** Changes a contact's fields; reads first, so that it can say what it changes and put it back. */
export const setFields = ({ host, origin }: Pick<Crm, "host" | "origin">, changes: JsonObject = {}): JsonObject => ({
  tool_name: "crm_set_fields",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 30,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  input_schema: {
    type: "object",
    properties: { contact_id: { type: "string" }, stage: { type: "string" }, note: {} },
    required: ["contact_id"],
    additionalProperties: false,
  },
  resources: [{ key: "crm:contact:{contact_id}", access: "write" }],
  binding: {
    kind: "http",
    hosts: [host],
    call: {
      method: "PUT",
      url: `${origin}/contacts/{contact_id}`,
      body: { stage: { $arg: "/stage" }, note: { $arg: "/note" } },
      auth: bearer("crm"),
      idempotency_header: "Idempotency-Key",
      output: "/contact",
    },
    read: { method: "GET", url: `${origin}/contacts/{contact_id}`, auth: bearer("crm") },
    changes: [
      { field: "stage", old: "/contact/stage", new: { $arg: "/stage" } },
      { field: "note", old: "/contact/note", new: { $arg: "/note" } },
    ],
    look_up: {
      request: { method: "GET", url: `${origin}/calls/{$key}`, auth: bearer("crm") },
      happened_when: { path: "/happened", equals: true },
      did_not_happen_when: { path: "/happened", equals: false },
      output: "/result/contact",
    },
    undo: {
      method: "PUT",
      url: `${origin}/contacts/{contact_id}`,
      body: { stage: { $old: "/contact/stage" }, note: { $old: "/contact/note" } },
      auth: bearer("crm"),
      idempotency_header: "Idempotency-Key",
    },
    no_effect_statuses: [400, 401, 404, 409, 429],
  },
  ...changes,
});

/** The same, recognised by its key instead of looked up. */
export const setFieldsByKey = (crm: Pick<Crm, "host" | "origin">): JsonObject => {
  const { binding, ...contract } = setFields(crm);
  const { look_up: _none, ...keyed } = binding as JsonObject;
  return { ...contract, tool_name: "crm_set_by_key", outcome_resolution: "IDEMPOTENT_KEY", binding: keyed };
};

/** Makes a contact, which is undone by removing it while it is as it was made. */
export const createContact = ({ host, origin }: Pick<Crm, "host" | "origin">): JsonObject => ({
  tool_name: "crm_create",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 30,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  outcome_resolution: "OPAQUE",
  input_schema: { type: "object", properties: { stage: { type: "string" } }, required: ["stage"] },
  output_schema: { type: "object", properties: { id: { type: "integer" }, stage: { type: "string" } } },
  resources: [{ key: "crm:contacts", access: "write" }],
  binding: {
    kind: "http",
    hosts: [host],
    call: {
      method: "POST",
      url: `${origin}/contacts`,
      body: { stage: { $arg: "/stage" } },
      auth: { as: "client_credentials", token_url: `${origin}/token`, client_id: "buddy", secret: "crm" },
      output: "/contact",
    },
    undo: {
      method: "DELETE",
      url: `${origin}/contacts/{$output/id}`,
      auth: bearer("crm"),
      only_when: {
        request: { method: "GET", url: `${origin}/contacts/{$output/id}`, auth: bearer("crm") },
        still: { path: "/contact/stage", equals: { $arg: "/stage" } },
      },
    },
  },
});

export const searchContacts = ({ host, origin }: Pick<Crm, "host" | "origin">): JsonObject => ({
  tool_name: "crm_search",
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "OPAQUE",
  input_schema: {
    type: "object",
    properties: { q: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
    additionalProperties: false,
  },
  binding: {
    kind: "http",
    hosts: [host],
    call: { method: "GET", url: `${origin}/search?q={q}&tag={tags}`, auth: bearer("crm") },
  },
});

export const defined = (contract: JsonObject, version = 1): ToolContract => {
  const made = defineContract(contract, version);
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  return made.value;
};

/** One name in both families, with another text in each. */
export const crmWayOut = (crm: Crm): WayOut =>
  wayOut(
    guardedClient({ allowed_hosts: [crm.host], networks: [], loopback: true, authorities: [crm.cert] }),
    memorySecrets("read", { crm: READ_SECRET }),
    memorySecrets("write", { crm: WRITE_SECRET }),
    Date.now,
  );
