import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { unknownField } from "../../../shared/plan/suggestion.ts";

/** A field's name as plans say it and as GoHighLevel does. */
const NAMES = {
  first_name: "firstName",
  last_name: "lastName",
  name: "name",
  email: "email",
  phone: "phone",
  company: "companyName",
  address1: "address1",
  city: "city",
  state: "state",
  postal_code: "postalCode",
  country: "country",
  website: "website",
  timezone: "timezone",
  source: "source",
  assigned_to: "assignedTo",
  tags: "tags",
  dnd: "dnd",
} as const;
type Name = keyof typeof NAMES;
const isName = (name: string): name is Name => Object.hasOwn(NAMES, name);

/** An existing contact's company is not among what their API changes; the source of a new one is what it is found by. */
const WITHOUT = { create: "source", update: "company" } as const;

/** A field with the value that is sent: `at` is where a contact shows it. */
export type Field = { readonly name: string; readonly theirs: string; readonly at: string; readonly value: Json };

/** As it is kept there, so that what is sent can be compared with what is read: `+1 (555) 010-0199` is `+15550100199`. */
const asKept = (name: Name, value: Json): Json =>
  name === "phone" && typeof value === "string" && value.startsWith("+") ? `+${value.replaceAll(/\D/g, "")}` : value;

/** The fields of a call, by the names that GoHighLevel has for them; refused, in words, where one is none. */
export const fieldsFor = (does: keyof typeof WITHOUT, given: JsonObject): Result<readonly Field[], string> => {
  const known = Object.keys(NAMES).filter((name) => name !== WITHOUT[does]);
  const fields: Field[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (!isName(name) || name === WITHOUT[does]) return refuse(`a contact's ${unknownField(name, known)}`);
    if (isJsonObject(value)) return refuse(`a contact's ${name} is no object`);
    fields.push({ name, theirs: NAMES[name], at: `/contact/${NAMES[name]}`, value: asKept(name, value) });
  }
  return accept(fields);
};

/** Fields that cannot be put back as null, by what stands there when nothing does. */
const EMPTY: JsonObject = { postalCode: "", country: "", tags: [], dnd: false };

/** A contact that was read, with what it leaves out as it can be written. */
export const withEmptyFields = (body: Json): Json =>
  isJsonObject(body) && isJsonObject(body.contact) ? { ...body, contact: { ...EMPTY, ...body.contact } } : body;

/** A contact in the words of plans. */
export const contactOf = (theirs: JsonObject): JsonObject => ({
  ...(theirs.id === undefined ? {} : { contact_id: theirs.id }),
  ...Object.fromEntries(
    Object.entries(NAMES).flatMap(([name, at]) => {
      const value = theirs[at];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  ),
});
