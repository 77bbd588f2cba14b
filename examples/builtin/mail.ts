/**
 * A mail service of this machine that takes what Buddy's adapter for Microsoft Graph sends, and keeps it in a file.
 *
 *     CLIENT_SECRET=may-send npx node examples/builtin/mail.ts my-key.pem my-cert.pem my-mails.json
 *
 * It issues tokens, takes mail of one mailbox, and says what is among the sent items. No mail leaves the machine.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";

type Property = { readonly id: string; readonly value: string };
type Mail = {
  readonly subject: string;
  readonly body: { readonly content: string };
  readonly toRecipients: readonly { readonly emailAddress: { readonly address: string } }[];
  readonly singleValueExtendedProperties: readonly Property[];
};
type Filed = Mail & { readonly id: string; readonly sentDateTime: string };
type Answer = { readonly status: number; readonly body?: unknown };

const MAILBOX = "/v1.0/users/agents%40example.com";

export const readMails = (path: string): readonly Filed[] =>
  existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];

const refused = (status: number, message: string): Answer => ({
  status,
  body: { error: { code: "Refused", message } },
});

export const mailService = (
  path: string,
  secret: string,
  tls: { readonly key: string; readonly cert: string },
): Server => {
  const token = randomUUID();

  const send = (text: string): Answer => {
    const { message }: { message: Mail } = JSON.parse(text);
    const filed: Filed = { ...message, id: randomUUID(), sentDateTime: new Date().toISOString() };
    writeFileSync(path, JSON.stringify([...readMails(path), filed]));
    return { status: 202 };
  };

  const sentItems = (filter: string): Answer => {
    const [, id, value] = /ep\/id eq '([^']+)' and ep\/value eq '([^']*)'/.exec(filter) ?? [];
    const found = readMails(path).filter(({ singleValueExtendedProperties: properties }) =>
      properties.some((property) => property.id === id && property.value === value),
    );
    return { status: 200, body: { value: found.map(({ id, sentDateTime }) => ({ id, sentDateTime })) } };
  };

  const answerTo = (method: string, url: URL, authorization: string | undefined, text: string): Answer => {
    if (url.pathname === "/tenant-1/oauth2/v2.0/token") {
      const form = new URLSearchParams(text);
      return form.get("client_id") === "client-1" && form.get("client_secret") === secret
        ? { status: 200, body: { access_token: token, token_type: "Bearer", expires_in: 3600 } }
        : { status: 401, body: { error: "invalid_client" } };
    }
    if (authorization !== `Bearer ${token}`) return refused(401, "this token is none of here");
    if (method === "POST" && url.pathname === `${MAILBOX}/sendMail`) return send(text);
    if (method === "GET" && url.pathname === `${MAILBOX}/mailFolders/sentitems/messages`) {
      return sentItems(url.searchParams.get("$filter") ?? "");
    }
    return refused(404, "there is nothing here");
  };

  return createServer(tls, async (request, response) => {
    try {
      let text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
      const url = new URL(request.url ?? "/", "https://localhost");
      const { status, body } = answerTo(request.method ?? "", url, request.headers.authorization, text);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      console.error(error);
      response.destroy();
    }
  });
};

if (import.meta.main) {
  const { CLIENT_SECRET, PORT = "7731" } = process.env;
  const [, , key, cert, path = "mails.json"] = process.argv;
  if (!CLIENT_SECRET) throw new Error("CLIENT_SECRET says who may send");
  if (key === undefined || cert === undefined) throw new Error("the files of a key and of its certificate come first");
  const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  const server = mailService(path, CLIENT_SECRET, tls);
  server.listen(Number(PORT), "127.0.0.1", () => console.log("listens on", server.address()));
}
