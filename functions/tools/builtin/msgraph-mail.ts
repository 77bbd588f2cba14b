import { z } from "zod";
import type { MailBinding } from "../../../shared/contracts/binding/builtin/builtin-binding.ts";
import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { literally, type Vendor } from "./vendor.ts";

const mail = z.strictObject({
  to: z.union([z.string(), z.array(z.string()).min(1)]),
  subject: z.string(),
  body: z.string(),
  cc: z.array(z.string()).exactOptional(),
});
type Mail = z.infer<typeof mail>;

/** The key as it travels with the mail: `x-` is what Graph lets a client name. */
const KEY_HEADER = "x-buddy-key";
/**
 * The same key as a property of the message that Graph can look for: messages cannot be filtered by their headers.
 * learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get
 */
const KEY_PROPERTY = "String {6d1f2f1a-7c1b-4a7e-9d55-3f0a8a1c2b64} Name buddy-key";

/** Answers by which Graph says that it took nothing. */
const NO_EFFECT = [400, 401, 403, 404, 413, 415, 429];

const addresses = (given: string | readonly string[]): string[] => (typeof given === "string" ? [given] : [...given]);

const recipients = (given: readonly string[]): Json[] => given.map((address) => ({ emailAddress: { address } }));

const messageOf = ({ to, subject, body, cc = [] }: Mail, key: string): JsonObject => ({
  subject,
  body: { contentType: "text", content: body },
  toRecipients: recipients(addresses(to)),
  ...(cc.length === 0 ? {} : { ccRecipients: recipients(cc) }),
  internetMessageHeaders: [{ name: KEY_HEADER, value: key }],
  singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: key }],
});

const inWords = ({ to, subject, cc = [] }: Mail, sender: string): string => {
  const copies = cc.length === 0 ? "" : `, with copies to ${cc.join(", ")}`;
  return `sends ${JSON.stringify(subject)} from ${sender} to ${addresses(to).join(", ")}${copies}`;
};

const sentItems = (origin: string, mailbox: string): string => {
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${KEY_PROPERTY}' and ep/value eq '`;
  const asked = `$filter=${inQuery(filter)}{$key}${inQuery("')")}&$select=id,internetMessageId,sentDateTime&$top=1`;
  return `${origin}/users/${mailbox}/mailFolders/sentitems/messages?${asked}`;
};

/** As a client sends it; braces would be places. */
const inQuery = (text: string): string => encodeURIComponent(text).replaceAll("'", "%27");

/** Mail that is there was sent. One that is not may have been: Graph answers before it has filed what it sends. */
const judge =
  ({ to, subject }: Mail) =>
  (body: Json): LookUp => {
    const found = valueAt(body, "/value/0");
    if (!isJsonObject(found)) {
      return { kind: "unknown", why: "it is not among the sent items, where it may still appear" };
    }
    const { id, sentDateTime } = found;
    const output = { message_id: id ?? null, to, subject, sent_at: sentDateTime ?? null };
    return { kind: "happened", output, undo: null };
  };

/** `POST /users/{sender}/sendMail`, with the key in a header; Graph keeps a copy in Sent Items, where it is looked up. */
export const msgraphMail =
  ({ tenant_id, client_id, sender, secret, graph_host, login_host }: MailBinding): Vendor =>
  ({ arguments: args, key }) => {
    const parsed = mail.safeParse(args);
    if (!parsed.success) return refuse(z.prettifyError(parsed.error));
    const origin = `https://${graph_host}/v1.0`;
    const mailbox = encodeURIComponent(sender);
    const auth = {
      as: "client_credentials",
      token_url: `https://${login_host}/${tenant_id}/oauth2/v2.0/token`,
      client_id,
      secret,
      scope: `https://${graph_host}/.default`,
    } as const;
    const message = literally({ message: messageOf(parsed.data, key), saveToSentItems: true });
    const http: HttpBinding = {
      kind: "http",
      hosts: [graph_host, login_host],
      call: { method: "POST", url: `${origin}/users/${mailbox}/sendMail`, headers: {}, body: message, auth },
      changes: [],
      no_effect_statuses: NO_EFFECT,
    };
    const request: HttpRequest = { method: "GET", url: sentItems(origin, mailbox), headers: {}, auth };
    return accept({
      http,
      says: inWords(parsed.data, sender),
      output: () => ({ to: parsed.data.to, subject: parsed.data.subject }),
      makes: { record: "a mail", fields: parsed.data },
      look_up: { request, judge: judge(parsed.data) },
    });
  };
