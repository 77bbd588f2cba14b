import type { ContractTemplate } from "./contract-template.ts";

const text = { type: "string" };
const contact = { type: "object", properties: { contact_id: text } };
const found = {
  type: "object",
  properties: { total: { type: "integer" }, contacts: { type: "array", items: contact }, contact_id: text },
  required: ["total", "contacts"],
};

const gohighlevel = (
  tool_name: string,
  does: "search" | "create" | "update",
  output_schema: ContractTemplate["changes"]["output_schema"],
): ContractTemplate => ({
  tool_name,
  changes: {
    ...(output_schema === undefined ? {} : { output_schema }),
    binding: {
      kind: "builtin",
      adapter: "gohighlevel_contacts",
      does,
      location_id: "<location_id>",
      secret: "gohighlevel",
    },
  },
  fill_in: { location_id: "id of the location (sub-account) whose contacts these are" },
  secrets: does === "search" ? ["read/gohighlevel"] : ["read/gohighlevel", "write/gohighlevel"],
  hosts: ["services.leadconnectorhq.com"],
  notes: [
    does === "search"
      ? "The secret is a private integration's token with the scope contacts.readonly."
      : "The secrets are private integrations' tokens: one with the scope contacts.readonly, one with contacts.write and contacts.readonly.",
  ],
});

/** Mployer publishes no API: what is to be sent, and what its answers mean, is for who has been given one to say. */
const mployer = (tool_name: string, changes: ContractTemplate["changes"], secrets: readonly string[]) => ({
  tool_name,
  changes,
  fill_in: {
    host: "host of the API that Mployer gave you, such as api.example.com",
    path: "path of this call there, without the slash it begins with",
  },
  secrets,
  hosts: [],
  notes: [
    "Mployer publishes no API. Compare method, names of values and authorisation with what you were given, and change what differs.",
    "no_effect_statuses is empty: add the statuses that are documented to have had no effect (400, 401, 403, 404, 409, 422, 429).",
  ],
});

const auth = { as: "bearer", secret: "mployer" };

export const CONTACTS_TEMPLATES: readonly ContractTemplate[] = [
  gohighlevel("ghl_search", "search", found),
  gohighlevel("ghl_create_contact", "create", {
    type: "object",
    properties: { contact_id: text, created: { type: "object" } },
    required: ["contact_id"],
  }),
  gohighlevel("ghl_update_contact", "update", {
    type: "object",
    properties: { contact_id: text, updated: { type: "object" } },
    required: ["contact_id"],
  }),
  mployer(
    "mployer_search",
    {
      binding: {
        kind: "http",
        hosts: ["<host>"],
        call: { method: "GET", url: "https://<host>/<path>?query={query}&email={email}&limit={limit}", auth },
      },
    },
    ["read/mployer"],
  ),
  mployer(
    "mployer_add_contact",
    {
      // Nothing is known of how a contact is found again: a person tells, until look_up does.
      outcome_resolution: "OPAQUE",
      binding: {
        kind: "http",
        hosts: ["<host>"],
        call: {
          method: "POST",
          url: "https://<host>/<path>",
          body: {
            email: { $arg: "/email" },
            first_name: { $arg: "/first_name" },
            last_name: { $arg: "/last_name" },
            phone: { $arg: "/phone" },
            company: { $arg: "/company" },
            fields: { $arg: "/fields" },
          },
          auth,
        },
        no_effect_statuses: [],
      },
    },
    ["write/mployer"],
  ),
];
