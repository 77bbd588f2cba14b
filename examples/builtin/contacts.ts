/**
 * A service of this machine that takes what Buddy's adapter for GoHighLevel's contacts sends, and keeps them in a file.
 *
 *     READ_TOKEN=may-read WRITE_TOKEN=may-write npx node examples/builtin/contacts.ts my-key.pem my-cert.pem my-contacts.json
 *
 * It searches, shows and changes contacts of one location, in the version of the API that the adapter asks for.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";

type Contact = { readonly [field: string]: unknown };
export type Contacts = { readonly [id: string]: Contact };
type Answer = { readonly status: number; readonly body: unknown };
type Asked = { readonly method: string; readonly path: string; readonly text: string };

const VERSION = "2021-07-28";
const LOCATION = "my-location";
const FIRST: Contacts = {
  "ann-1": { firstName: "Ann", lastName: "Lindner", email: "ann@example.com", city: "Ghent" },
  "bo-1": { firstName: "Bo", email: "bo@example.com" },
};

export const readContacts = (path: string): Contacts =>
  existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : FIRST;

const refused = (status: number, message: string): Answer => ({ status, body: { message } });

type Filter = { readonly field: string; readonly value: string };
type Search = { readonly locationId: string; readonly query?: string; readonly filters?: readonly Filter[] };

export const contactsService = (
  path: string,
  tokens: { readonly read: string; readonly write: string },
  tls: { readonly key: string; readonly cert: string },
): Server => {
  const search = (text: string): Answer => {
    const { locationId, query = "", filters = [] }: Search = JSON.parse(text);
    if (locationId !== LOCATION) return refused(403, "this token is of another location");
    const contacts = Object.entries(readContacts(path))
      .map(([id, contact]): Contact => ({ id, ...contact }))
      .filter((contact) => JSON.stringify(contact).toLowerCase().includes(query.toLowerCase()))
      .filter((contact) =>
        filters.every(({ field, value }) => Object.hasOwn(contact, field) && contact[field] === value),
      );
    return { status: 200, body: { contacts, total: contacts.length } };
  };

  const change = (id: string, contact: Contact, text: string): Answer => {
    const given: Contact = JSON.parse(text);
    const all = Object.entries({ ...contact, ...given });
    const changed = Object.fromEntries(all.filter(([, value]) => value !== null && value !== ""));
    writeFileSync(path, JSON.stringify({ ...readContacts(path), [id]: changed }));
    return { status: 200, body: { succeded: true, contact: { id, ...changed } } };
  };

  const answerTo = ({ method, path: at, text }: Asked): Answer => {
    if (method === "POST" && at === "/contacts/search") return search(text);
    const id = decodeURIComponent(at.replace("/contacts/", ""));
    const all = readContacts(path);
    const contact = Object.hasOwn(all, id) ? all[id] : undefined;
    if (contact === undefined) return refused(404, "there is no such contact");
    if (method === "GET") return { status: 200, body: { contact: { id, ...contact } } };
    return method === "PUT" ? change(id, contact, text) : refused(404, "there is nothing here");
  };

  const mayDo = (method: string, authorization: string | undefined): boolean => {
    const allowed = method === "PUT" ? [tokens.write] : [tokens.read, tokens.write];
    return allowed.some((token) => authorization === `Bearer ${token}`);
  };

  return createServer(tls, async (request, response) => {
    try {
      let text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
      const { method = "", url = "/", headers } = request;
      const answer = (): Answer => {
        if (!mayDo(method, headers.authorization)) return refused(401, "this token may not do that");
        if (headers.version !== VERSION) return refused(400, "this version is not known");
        return answerTo({ method, path: new URL(url, "https://localhost").pathname, text });
      };
      const { status, body } = answer();
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    } catch (error) {
      console.error(error);
      response.destroy();
    }
  });
};

if (import.meta.main) {
  const { READ_TOKEN, WRITE_TOKEN, PORT = "7732" } = process.env;
  const [, , key, cert, path = "contacts.json"] = process.argv;
  if (!READ_TOKEN || !WRITE_TOKEN) throw new Error("READ_TOKEN and WRITE_TOKEN say who may read and who may write");
  if (key === undefined || cert === undefined) throw new Error("the files of a key and of its certificate come first");
  const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  const server = contactsService(path, { read: READ_TOKEN, write: WRITE_TOKEN }, tls);
  server.listen(Number(PORT), "127.0.0.1", () => console.log("listens on", server.address()));
}
