import { isJsonObject, type Json } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";
import { contentOf, isAnyType, isJsonType, isPlainJson, jsonIn, schemaIn } from "./media-types.ts";
import { elementTypesOf, propertiesOf, requiredOf, typesOf } from "./types-of.ts";

/** `as`: the field of a binding that it goes into. `type`: what it is called where a binding would call it another. */
export type Body = {
  readonly schema: Json;
  readonly required: boolean;
  readonly type?: string;
  readonly as: "body" | "form";
};

const isFormType = (type: string): boolean => /^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(type);

/** The way that a body is sent in, where an operation takes several: plain JSON, then JSON of a kind, then a form. */
const chosenOf = (content: readonly [string, Json][]): readonly [string, Json, Body["as"]] | undefined => {
  const json = jsonIn(content) ?? content.find(([type]) => isAnyType(type));
  if (json !== undefined) return [...json, "body"];
  const form = content.find(([type]) => isFormType(type));
  return form === undefined ? undefined : [...form, "form"];
};

/** The body that an operation sends: undefined where it sends none; refused where it must send what a binding does not. */
export const bodyOf = (
  document: OpenApiDocument,
  { operation, method }: Operation,
): Result<{ readonly body?: Body; readonly warnings: readonly string[] }, string> => {
  const found = resolved(document.root, operation.requestBody);
  if (!found.ok) return found;
  const content = contentOf(found.value);
  if (content.length === 0) return accept({ warnings: [] });
  const required = isJsonObject(found.value) && found.value.required === true;
  const chosen = chosenOf(content);
  const types = content.map(([type]) => type).join(", ");
  if (method === "get" || method === "head" || chosen === undefined) {
    const why =
      chosen === undefined
        ? `a body of ${types}, and bindings send JSON and forms`
        : `a ${method.toUpperCase()} with a body`;
    return required ? refuse(`it takes ${why}`) : accept({ warnings: [`its body is left out: it takes ${why}`] });
  }
  const [type, media, as] = chosen;
  const schema = schemaIn(media);
  const form = as === "form" ? formOf(document, schema, media) : accept({ schema, warnings: [] });
  if (!form.ok) return form;
  return accept({
    body: {
      schema: form.value.schema,
      required,
      as,
      ...(isPlainJson(type) || !isJsonType(type) ? {} : { type }),
    },
    warnings: form.value.warnings,
  });
};

/** A form as a binding can send it: a field that it would write in another way than the document is not taken. */
const formOf = (
  document: OpenApiDocument,
  schema: Json,
  media: Json,
): Result<{ readonly schema: Json; readonly warnings: readonly string[] }, string> => {
  const joined = joinedLists(document, schema, media);
  const demanded = joined.filter((name) => requiredOf(document, schema).has(name));
  const why = "in one value or under made names, and bindings repeat the name for each element";
  if (demanded.length > 0) return refuse(`it takes a form with lists ${why}: ${demanded.join(", ")}`);
  const fields = [...propertiesOf(document, schema)].filter(([name]) => !joined.includes(name));
  const namesOf = (has: (field: Json) => boolean) => fields.flatMap(([name, field]) => (has(field) ? [name] : []));
  const unsendable = {
    objects: namesOf((field) => [typesOf, elementTypesOf].some((types) => types(document, field).has("object"))),
    "lists in lists": namesOf((field) => elementTypesOf(document, field).has("array")),
  };
  return accept({
    schema: without(schema, joined),
    warnings: [
      ...(joined.length === 0 ? [] : [`its form takes no ${joined.join(", ")}: lists ${why}`]),
      ...Object.entries(unsendable)
        .filter(([, names]) => names.length > 0)
        .map(([what, names]) => `its form has ${what}, and a call that gives one is not sent: ${names.join(", ")}`),
    ],
  });
};

/** The schema of a form that no value of those names fits. */
const without = (schema: Json, names: readonly string[]): Json => {
  if (names.length === 0) return schema;
  const none = Object.fromEntries(names.map((name): [string, Json] => [name, { not: {} }]));
  if (!isJsonObject(schema) || schema.$ref !== undefined) return { allOf: [schema], properties: none };
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return { ...schema, properties: { ...properties, ...none } };
};

/** Lists whose elements the document has written into one value: `tags=a,b`. */
const joinedLists = (document: OpenApiDocument, schema: Json, media: Json): string[] => {
  const encoding = isJsonObject(media) && isJsonObject(media.encoding) ? media.encoding : {};
  return [...propertiesOf(document, schema)].flatMap(([name, field]) => {
    const how = Object.hasOwn(encoding, name) ? encoding[name] : undefined;
    if (!isJsonObject(how) || !typesOf(document, field).has("array")) return [];
    return how.explode === false || (how.style !== undefined && how.style !== "form") ? [name] : [];
  });
};

/** Answers that the document names and that say the request was refused. A timeout (408) never says so. */
export const refusingStatuses = ({ operation: { responses } }: Operation): number[] =>
  (isJsonObject(responses) ? Object.keys(responses) : [])
    .map(Number)
    .filter((status) => Number.isInteger(status) && status >= 400 && status <= 499 && status !== 408);
