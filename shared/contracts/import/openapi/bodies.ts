import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";

const isJsonType = (type: string): boolean => /^application\/(?:[\w.+-]*\+)?json(?:\s*;|$)/i.test(type);

const contentOf = (part: Json | undefined): [string, Json][] =>
  isJsonObject(part) && isJsonObject(part.content) ? Object.entries(part.content) : [];

const schemaIn = (media: Json): Json => (isJsonObject(media) && media.schema !== undefined ? media.schema : {});

/** `as`: the field of a binding that it goes into. */
export type Body = {
  readonly schema: Json;
  readonly required: boolean;
  readonly type: string;
  readonly as: "body" | "form";
};

const isFormType = (type: string): boolean => /^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(type);

/** The way that a body is sent in, where an operation takes several: JSON before a form. */
const chosenOf = (content: readonly [string, Json][]): readonly [string, Json, Body["as"]] | undefined => {
  const json = content.find(([type]) => isJsonType(type)) ?? content.find(([type]) => type === "*/*");
  if (json !== undefined) return [...json, "body"];
  const form = content.find(([type]) => isFormType(type));
  return form === undefined ? undefined : [...form, "form"];
};

/** The body that an operation sends: undefined where it sends none; refused where it must send what a binding does not. */
export const bodyOf = (
  document: OpenApiDocument,
  { operation, method }: Operation,
): Result<{ readonly body?: Body; readonly warning?: string }, string> => {
  const found = resolved(document.root, operation.requestBody);
  if (!found.ok) return found;
  const content = contentOf(found.value);
  if (content.length === 0) return accept({});
  const required = isJsonObject(found.value) && found.value.required === true;
  const chosen = chosenOf(content);
  const types = content.map(([type]) => type).join(", ");
  if (method === "get" || method === "head" || chosen === undefined) {
    const why =
      chosen === undefined
        ? `a body of ${types}, and bindings send JSON and forms`
        : `a ${method.toUpperCase()} with a body`;
    return required ? refuse(`it takes ${why}`) : accept({ warning: `its body is left out: it takes ${why}` });
  }
  const [type, media, as] = chosen;
  const schema = schemaIn(media);
  const objects = as === "form" ? objectsIn(schema) : [];
  return accept({
    body: { schema, required, type, as },
    ...(objects.length === 0
      ? {}
      : { warning: `its form has objects, and a call that gives one is not sent: ${objects.join(", ")}` }),
  });
};

/** Fields of a form that say they are objects: no one way to write those is everybody's. */
const objectsIn = (schema: Json): string[] => {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, field]) =>
    isJsonObject(field) && field.type === "object" ? [name] : [],
  );
};

/** The schema of what an operation answers where it succeeds; undefined where it says nothing of JSON. */
export const answerOf = ({ root }: OpenApiDocument, { operation }: Operation): Json | undefined => {
  const responses: JsonObject = isJsonObject(operation.responses) ? operation.responses : {};
  for (const [status, given] of Object.entries(responses).sort()) {
    if (!/^2(\d\d|XX)$/i.test(status)) continue;
    const response = resolved(root, given);
    const json = response.ok ? contentOf(response.value).find(([type]) => isJsonType(type)) : undefined;
    if (json !== undefined) return schemaIn(json[1]);
  }
  return undefined;
};

/** Answers that the document names and that say the request was refused. A timeout (408) never says so. */
export const refusingStatuses = ({ operation: { responses } }: Operation): number[] =>
  (isJsonObject(responses) ? Object.keys(responses) : [])
    .map(Number)
    .filter((status) => Number.isInteger(status) && status >= 400 && status <= 499 && status !== 408);
