import type { ContractTemplate } from "./contract-template.ts";

const text = { type: "string" };

export const MAIL_TEMPLATES: readonly ContractTemplate[] = [
  {
    tool_name: "msgraph_send_email",
    changes: {
      // The copy in Sent Items shows that a mail went out; that there is none shows nothing, and a person is asked.
      outcome_resolution: "QUERYABLE",
      output_schema: {
        type: "object",
        properties: { to: {}, subject: text, message_id: text, sent_at: text },
        required: ["to", "subject"],
      },
      binding: {
        kind: "builtin",
        adapter: "msgraph_mail",
        tenant_id: "<tenant_id>",
        client_id: "<client_id>",
        sender: "<sender>",
        secret: "msgraph",
      },
    },
    fill_in: {
      tenant_id: "directory (tenant) id of your Microsoft Entra tenant",
      client_id: "application (client) id of the app registration that sends",
      sender: "address of the mailbox that mail is sent from",
    },
    secrets: ["write/msgraph"],
    hosts: ["graph.microsoft.com", "login.microsoftonline.com"],
    notes: [
      "The secret is the app registration's client secret; its application permissions are Mail.Send and, so that a mail can be looked up, Mail.Read.",
      "Both are of every mailbox of the tenant until an administrator limits the application to the sender's.",
    ],
  },
];
