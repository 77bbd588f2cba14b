import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";
import type { Json } from "../../shared/plan/json.ts";
import { startVendor, type VendorReply, type VendorRequest, type VendorServer } from "./vendor-server.ts";

export const GRAPH_SECRET = "canary-graph-4c1b7d90e2";
const TOKEN = `token-of-${GRAPH_SECRET}`;

const published = JSON.parse(
  readFileSync(new URL("../fixtures/vendors/msgraph-send-mail.json", import.meta.url), "utf8"),
);
const isSendMail = new Ajv2020({ allowUnionTypes: true }).compile(published);

const recipients = z.array(z.object({ emailAddress: z.object({ address: z.string() }) }));
const sendMail = z.object({
  message: z.object({
    subject: z.string(),
    body: z.object({ content: z.string() }),
    toRecipients: recipients,
    ccRecipients: recipients.default([]),
    internetMessageHeaders: z.array(z.object({ name: z.string(), value: z.string() })),
    singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })),
  }),
});
export type SentMail = z.infer<typeof sendMail>["message"];

export type Graph = VendorServer & {
  /** Every mail that went out: what really happened. */
  readonly outbox: SentMail[];
  /** A message that Graph has taken and not filed yet is not among the sent items. */
  holdBack(held: boolean): void;
};

const refused = (status: number, code: string, message: string): VendorReply => ({
  status,
  body: { error: { code, message } },
});

/**
 * Mail by Microsoft Graph as its published types say it, with an issuer of tokens: `sendMail` answers 202 with nothing,
 * and the mail is among the sent items later.
 */
export const startGraph = async (sender: string): Promise<Graph> => {
  const outbox: SentMail[] = [];
  let held = false;
  const send = ({ body }: VendorRequest): VendorReply => {
    if (!isSendMail(body)) return refused(400, "RequestBodyRead", JSON.stringify(isSendMail.errors));
    const { message } = sendMail.parse(body);
    const odd = message.internetMessageHeaders.find(({ name }) => !name.toLowerCase().startsWith("x-"));
    if (odd !== undefined) return refused(400, "InvalidInternetMessageHeader", `${odd.name} should start with 'x-'`);
    outbox.push(message);
    return { status: 202 };
  };
  const list = ({ url }: VendorRequest): VendorReply => {
    const asked = /^singleValueExtendedProperties\/Any\(ep: ep\/id eq '([^']+)' and ep\/value eq '([^']*)'\)$/.exec(
      url.searchParams.get("$filter") ?? "",
    );
    if (asked === null) return refused(400, "ErrorInvalidUrlQueryFilter", "The query filter contains invalid nodes.");
    const [, id, value] = asked;
    const found: Json[] = (held ? [] : outbox).flatMap((mail, index) =>
      mail.singleValueExtendedProperties.some((each) => each.id === id && each.value === value)
        ? [{ id: `AAMk${index}`, internetMessageId: `<${index}@example>`, sentDateTime: "2026-11-28T12:00:00Z" }]
        : [],
    );
    return { status: 200, body: { value: found } };
  };
  const server = await startVendor((request) => {
    const { method, url, headers } = request;
    if (url.pathname === "/tenant-1/oauth2/v2.0/token") return tokenFor(request, server.host);
    if (headers.authorization !== `Bearer ${TOKEN}`) return refused(401, "InvalidAuthenticationToken", "who are you?");
    const mailbox = `/v1.0/users/${encodeURIComponent(sender)}`;
    if (method === "POST" && url.pathname === `${mailbox}/sendMail`) return send(request);
    if (method === "GET" && url.pathname === `${mailbox}/mailFolders/sentitems/messages`) return list(request);
    return refused(404, "ResourceNotFound", `${method} ${url.pathname}`);
  });
  return {
    ...server,
    outbox,
    holdBack: (given) => {
      held = given;
    },
  };
};

const tokenFor = ({ body }: VendorRequest, host: string): VendorReply => {
  const form = new URLSearchParams(typeof body === "string" ? body : "");
  const wanted = {
    grant_type: "client_credentials",
    client_id: "client-1",
    client_secret: GRAPH_SECRET,
    scope: `https://${host}/.default`,
  };
  const wrong = Object.entries(wanted).find(([name, value]) => form.get(name) !== value);
  if (wrong !== undefined) return { status: 400, body: { error: "invalid_request", error_description: wrong[0] } };
  return { status: 200, body: { access_token: TOKEN, token_type: "Bearer", expires_in: 3599 } };
};
