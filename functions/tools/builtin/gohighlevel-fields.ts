import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { unknownField } from "../../../shared/plan/suggestion.ts";
import { sameValue } from "../world/stored-record.ts";

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
const withEmptyFields = (contact: JsonObject): JsonObject => ({ ...EMPTY, ...contact });

/** Written in any of these ways, nothing stands in a field: no field holds an empty text or list of its own. */
const isNothing = (name: string, value: Json): boolean =>
  value === null || value === "" || (Array.isArray(value) && value.length === 0) || (name === "dnd" && value === false);

/** Letters of an address and of a tag have no case there, and a contact's tags have no order. */
const inOneForm = (name: string, value: Json): Json => {
  if (isNothing(name, value)) return null;
  if (name === "email" && typeof value === "string") return value.toLowerCase();
  if (name !== "tags" || !Array.isArray(value)) return value;
  return [...new Set(value.map((tag) => (typeof tag === "string" ? tag.toLowerCase() : JSON.stringify(tag))))].sort();
};

/**
 * An answer whose contact, where a field of it is what a call writes there, shows that as the call says it: it is the
 * call's value that stands, though it is kept in another form. Of another contact, nothing is known by what is left out.
 */
export const asCallSays =
  (id: Json | undefined, fields: readonly Field[]) =>
  (body: Json): Json => {
    if (!isJsonObject(body) || !isJsonObject(body.contact)) return body;
    const contact = withEmptyFields(body.contact);
    const same =
      contact.id !== id
        ? []
        : fields.filter(({ name, theirs, value }) =>
            sameValue(inOneForm(name, contact[theirs] ?? null), inOneForm(name, value)),
          );
    return {
      ...body,
      contact: { ...contact, ...Object.fromEntries(same.map(({ theirs, value }) => [theirs, value])) },
    };
  };

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
