import type { ContactsBinding } from "../../../shared/contracts/binding/builtin/builtin-binding.ts";
import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { countOr, textOr, without } from "../arguments.ts";
import { sameValue } from "../world/stored-record.ts";
import { asCallSays, contactOf, type Field, fieldsFor } from "./gohighlevel-fields.ts";
import { literally, type Vendor, type VendorAsked, type VendorCall } from "./vendor.ts";

/** The version of the API whose contacts these are: without the header, or with another, it answers otherwise. */
const VERSION = "2021-07-28";
const NO_EFFECT = [400, 401, 403, 404, 422, 429];
const FOUND = 20;
/** Longer ones are refused. */
const LONGEST_QUERY = 75;

type Made = Result<VendorCall, string>;
type Request = Pick<HttpRequest, "method" | "url" | "body">;

/** A request as this vendor takes it, and what is the same for all of them. */
const requestsOf = ({ host, secret }: ContactsBinding) => {
  const origin = `https://${host}`;
  const request = (given: Request): HttpRequest => ({
    ...given,
    headers: { Version: VERSION },
    auth: { as: "bearer", secret },
  });
  const of = (call: Request): HttpBinding => ({
    kind: "http",
    hosts: [host],
    call: request(call),
    changes: [],
    no_effect_statuses: NO_EFFECT,
  });
  return { origin, request, of };
};

const search = (binding: ContactsBinding, { arguments: args }: VendorAsked): Made => {
  const { origin, of } = requestsOf(binding);
  const [query, email] = [textOr(args, "query", "").trim(), textOr(args, "email", "").trim()];
  if (query.length > LONGEST_QUERY) return refuse(`a query has at most ${LONGEST_QUERY} characters`);
  const asked = { ...(query === "" ? {} : { query }), ...(email === "" ? {} : { email }) };
  const body = literally({
    locationId: binding.location_id,
    page: 1,
    pageLimit: countOr(args, "limit", FOUND),
    ...(query === "" ? {} : { query }),
    ...(email === "" ? {} : { filters: [{ field: "email", operator: "eq", value: email }] }),
  });
  return accept({
    http: of({ method: "POST", url: `${origin}/contacts/search`, body }),
    says: `searches GoHighLevel for ${JSON.stringify(asked)}`,
    output: (answer) => {
      const listed = valueAt(answer, "/contacts");
      const contacts = (Array.isArray(listed) ? listed : []).filter(isJsonObject).map(contactOf);
      const total = valueAt(answer, "/total");
      const [only] = contacts;
      return {
        ...asked,
        total: typeof total === "number" ? total : contacts.length,
        contacts,
        // A plan that goes on with it finds the right record or none.
        ...(contacts.length === 1 && typeof only?.contact_id === "string" ? { contact_id: only.contact_id } : {}),
      };
    },
  });
};

const create = (binding: ContactsBinding, { arguments: args, key }: VendorAsked): Made => {
  const { origin, of, request } = requestsOf(binding);
  const given = { ...(isJsonObject(args.fields) ? args.fields : {}), ...without(args, "fields") };
  const fields = fieldsFor("create", given);
  if (!fields.ok) return fields;
  const email = textOr(args, "email", "");
  // The contact is found again by it where no answer came: nobody else's has this source.
  const source = `buddy ${key}`;
  const body = literally({ ...vendorBody(fields.value), locationId: binding.location_id, source });
  const url = `${origin}/contacts/search/duplicate?locationId=${binding.location_id}&email={email}`;
  const holder = request({ method: "GET", url });
  return accept({
    http: of({ method: "POST", url: `${origin}/contacts/`, body }),
    says: `creates the contact ${email} in GoHighLevel`,
    output: (answer) => ({ contact_id: valueAt(answer, "/contact/id") ?? null, created: given }),
    makes: { record: "a new contact", fields: given },
    beforehand: { request: holder, says: heldAlready },
    look_up: { request: holder, judge: (found) => createdBy(source, email, given, found) },
  });
};

const heldAlready = (found: Json): string => {
  const id = valueAt(found, "/contact/id");
  return typeof id === "string" ? `; contact ${id} has this address already` : "";
};

const createdBy = (source: string, email: string, created: JsonObject, found: Json): LookUp => {
  const contact = valueAt(found, "/contact");
  if (!isJsonObject(contact)) {
    return { kind: "unknown", why: `no contact with the address ${email} is found, where it may still appear` };
  }
  if (contact.source !== source) {
    return { kind: "unknown", why: `there is a contact with the address ${email}, which this call did not create` };
  }
  return { kind: "happened", output: { contact_id: contact.id ?? null, created }, undo: null };
};

/** A page of maintenance, or an error with status 200, is none. */
const isContact = (found: Json, id: Json | undefined): boolean => valueAt(found, "/contact/id") === id;

const update = (binding: ContactsBinding, { arguments: args, undone }: VendorAsked): Made => {
  const { origin, of, request } = requestsOf(binding);
  const given = isJsonObject(args.fields) ? args.fields : {};
  const fields = fieldsFor("update", given);
  if (!fields.ok) return fields;
  const url = `${origin}/contacts/{contact_id}`;
  const back = fields.value.filter(({ name }) => undone === undefined || undone.includes(name));
  const reading = request({ method: "GET", url });
  const http: HttpBinding = {
    ...of({ method: "PUT", url, body: literally(vendorBody(fields.value)) }),
    read: reading,
    changes: fields.value.map(({ name, at, value }) => ({ field: name, old: at, new: { $literal: value } })),
    undo: request({
      method: "PUT",
      url,
      body: Object.fromEntries(back.map(({ theirs, at }) => [theirs, { $old: at }])),
    }),
  };
  const updated = { contact_id: args.contact_id ?? null, updated: given };
  return accept({
    http,
    says: `changes ${fields.value.map(({ name }) => name).join(", ")} of contact ${String(args.contact_id)} in GoHighLevel`,
    output: () => updated,
    asShown: asCallSays(args.contact_id, fields.value),
    look_up: {
      request: reading,
      judge: (found) => {
        if (!isContact(found, args.contact_id)) {
          return { kind: "unknown", why: `the answer shows no contact ${String(args.contact_id)}` };
        }
        return fields.value.every(({ at, value }) => sameValue(valueAt(found, at), value))
          ? { kind: "happened", output: updated, undo: null }
          : { kind: "did_not_happen" };
      },
    },
  });
};

const vendorBody = (fields: readonly Field[]): JsonObject =>
  Object.fromEntries(fields.map(({ theirs, value }) => [theirs, value]));

/** Searching, creating and changing contacts of one location, each with the version that their API has. */
export const gohighlevelContacts = (binding: ContactsBinding): Vendor => {
  const make = { search, create, update }[binding.does];
  return (asked) => make(binding, asked);
};
