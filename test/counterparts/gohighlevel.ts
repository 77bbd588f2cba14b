import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { z } from "zod";
import { isJsonObject, type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import { startVendor, type VendorReply, type VendorRequest, type VendorServer } from "./vendor-server.ts";

export const GHL_READ_SECRET = "canary-ghl-read-91d0b2e7";
export const GHL_WRITE_SECRET = "canary-ghl-write-5a3f60c8";
export const LOCATION = "ve9EPM428h8vShlRW1KT";

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(
    z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.record(z.string(), json) }),
  ),
  requestBody: z
    .object({ content: z.object({ "application/json": z.object({ schema: z.object({ $ref: z.string() }) }) }) })
    .optional(),
});
const document = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.object({ schemas: z.record(z.string(), z.record(z.string(), json)) }),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/vendors/gohighlevel-contacts.json", import.meta.url), "utf8")));

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: "published", components: document.components });
const bodies = new Map<string, ValidateFunction>();
const bodySchema = (reference: string): ValidateFunction => {
  const known = bodies.get(reference) ?? ajv.compile({ $ref: `published${reference}` });
  bodies.set(reference, known);
  return known;
};

/** Everything about a request that the published document does not have; undefined where there is nothing. */
const faultOf = ({ method, url, headers, body }: VendorRequest): string | undefined => {
  const [path, methods] =
    Object.entries(document.paths).find(([each]) => each === url.pathname) ??
    Object.entries(document.paths).find(([each]) =>
      new RegExp(`^${each.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(url.pathname),
    ) ??
    [];
  const found = methods?.[method.toLowerCase()];
  if (path === undefined || found === undefined) return `no operation ${method} ${url.pathname}`;
  const known = new Set(found.parameters.filter((each) => each.in === "query").map(({ name }) => name));
  const unknown = [...url.searchParams.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) return `property ${unknown} should not exist`;
  for (const { name, in: where, required, schema } of found.parameters) {
    const value =
      where === "header" ? headers[name.toLowerCase()] : where === "query" ? url.searchParams.get(name) : "x";
    if ((value ?? "") === "" && required) return `${name} is required`;
    if (where === "header" && !ajv.validate(schema, value)) return `${name}: ${ajv.errorsText()}`;
  }
  if (found.requestBody === undefined) return body === null ? undefined : "a body that nobody asked for";
  const { $ref } = found.requestBody.content["application/json"].schema;
  const fits = bodySchema($ref);
  if (!fits(body)) return ajv.errorsText(fits.errors);
  const { properties } = document.components.schemas[$ref.split("/").at(-1) ?? ""] ?? {};
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  const extra = isJsonObject(body) && names.length > 0 ? Object.keys(body).find((each) => !names.includes(each)) : "";
  return extra === undefined || extra === "" ? undefined : `property ${extra} should not exist`;
};

/** Fields in which nothing stands are left out. */
const standing = (contact: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(contact).filter(
      ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
    ),
  );

export type GoHighLevel = VendorServer & {
  readonly contacts: Map<string, JsonObject>;
  /** Every change that was made: what really happened. */
  readonly effects: string[];
  /** Why requests were refused that the published document does not have. */
  readonly faults: string[];
};

const refused = (status: number, message: string): VendorReply => ({ status, body: { message } });

const search = z.object({
  locationId: z.literal(LOCATION),
  page: z.number(),
  pageLimit: z.number().max(500),
  query: z.string().max(75).optional(),
  filters: z.array(z.object({ field: z.literal("email"), operator: z.literal("eq"), value: z.string() })).default([]),
});

/** Contacts of one location, each request checked against the vendor's published document. */
export const startGoHighLevel = async (): Promise<GoHighLevel> => {
  const contacts = new Map<string, JsonObject>();
  const effects: string[] = [];
  const faults: string[] = [];
  const withAddress = (email: string | null): Json => {
    const held = [...contacts].find(([, contact]) => contact.email === email);
    return held === undefined ? null : { id: held[0], ...held[1] };
  };
  const searched = (body: Json): VendorReply => {
    const asked = search.safeParse(body);
    if (!asked.success) return refused(422, z.prettifyError(asked.error));
    const { query = "", filters, pageLimit } = asked.data;
    const found = [...contacts]
      .map(([id, contact]): JsonObject => ({ id, ...contact }))
      .filter((contact) => JSON.stringify(contact).toLowerCase().includes(query.toLowerCase()))
      .filter((contact) => filters.every(({ value }) => contact.email === value));
    return { status: 200, body: { contacts: found.slice(0, pageLimit), total: found.length } };
  };
  const written = (id: string, body: Json, what: string): VendorReply => {
    const given = isJsonObject(body) ? body : {};
    contacts.set(id, standing({ ...contacts.get(id), ...given }));
    effects.push(`${what} ${id}`);
    return { status: what === "created" ? 201 : 200, body: { succeded: true, contact: { id, ...contacts.get(id) } } };
  };
  const server = await startVendor((request) => {
    const { method, url, headers, body } = request;
    const writes = method === "PUT" || url.pathname === "/contacts/";
    const allowed = writes ? [GHL_WRITE_SECRET] : [GHL_READ_SECRET, GHL_WRITE_SECRET];
    if (!allowed.some((secret) => headers.authorization === `Bearer ${secret}`)) return refused(401, "Invalid JWT");
    const fault = faultOf(request);
    if (fault !== undefined) {
      faults.push(fault);
      return refused(422, fault);
    }
    if (url.pathname === "/contacts/search") return searched(body);
    if (url.pathname === "/contacts/search/duplicate") {
      return { status: 200, body: { contact: withAddress(url.searchParams.get("email")) } };
    }
    if (url.pathname === "/contacts/") return written(`new${contacts.size + 1}`, body, "created");
    const id = decodeURIComponent(url.pathname.slice("/contacts/".length));
    const contact = contacts.get(id);
    if (contact === undefined) return refused(400, "Contact not found");
    return method === "GET" ? { status: 200, body: { contact: { id, ...contact } } } : written(id, body, "changed");
  });
  return { ...server, contacts, effects, faults };
};
