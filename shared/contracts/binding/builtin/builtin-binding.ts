import { z } from "zod";
import { secretName } from "../auth.ts";

const host = z.string().min(1).max(255);
/** An id that a vendor gives: part of an address, and no place in it. */
const vendorId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be the id as the vendor shows it: letters, digits, - _ and .");

/** Mail by Microsoft Graph, sent from one mailbox by an application that is registered in the team's tenant. */
const msgraphMail = z.strictObject({
  kind: z.literal("builtin"),
  adapter: z.literal("msgraph_mail"),
  tenant_id: vendorId,
  client_id: vendorId,
  /** The mailbox that mail is sent from: an address, or the id of a user. */
  sender: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._%+@-]{0,319}$/, "must be the address of a mailbox, or a user's id"),
  /** The application's client secret. */
  secret: secretName,
  /** Others in a national cloud. */
  graph_host: host.default("graph.microsoft.com"),
  login_host: host.default("login.microsoftonline.com"),
});
export type MailBinding = z.infer<typeof msgraphMail>;

/** Contacts of one location of GoHighLevel. */
const gohighlevelContacts = z.strictObject({
  kind: z.literal("builtin"),
  adapter: z.literal("gohighlevel_contacts"),
  does: z.enum(["search", "create", "update"]),
  location_id: vendorId,
  /** A private integration's token. */
  secret: secretName,
  host: host.default("services.leadconnectorhq.com"),
});
export type ContactsBinding = z.infer<typeof gohighlevelContacts>;

/** The agents' own notes or goals, as they are kept here. */
const knowledge = z.strictObject({ kind: z.literal("builtin"), adapter: z.enum(["memory", "goals"]) });
export type KnowledgeBinding = z.infer<typeof knowledge>;

/** An adapter of this project's own, with what a team says of itself. */
export const builtinBinding = z.discriminatedUnion("adapter", [msgraphMail, gohighlevelContacts, knowledge], {
  error: "must be msgraph_mail, gohighlevel_contacts, memory or goals",
});
export type BuiltinBinding = z.infer<typeof builtinBinding>;

/** All that its requests may reach, as a contract of kind `http` lists it. */
export const builtinHosts = (binding: BuiltinBinding): readonly { readonly host: string; readonly path: string }[] => {
  switch (binding.adapter) {
    case "msgraph_mail":
      return [
        { host: binding.graph_host, path: "/binding/graph_host" },
        { host: binding.login_host, path: "/binding/login_host" },
      ];
    case "gohighlevel_contacts":
      return [{ host: binding.host, path: "/binding/host" }];
    case "memory":
    case "goals":
      return [];
  }
};
