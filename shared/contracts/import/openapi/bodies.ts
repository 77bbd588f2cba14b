import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";

const isJsonType = (type: string): boolean => /^application\/(?:[\w.+-]*\+)?json(?:\s*;|$)/i.test(type);

const contentOf = (part: Json | undefined): [string, Json][] =>
  isJsonObject(part) && isJsonObject(part.content) ? Object.entries(part.content) : [];

const schemaIn = (media: Json): Json => (isJsonObject(media) && media.schema !== undefined ? media.schema : {});

export type Body = { readonly schema: Json; readonly required: boolean; readonly type: string };

/** The body that an operation sends: undefined where it sends none; refused where it must send what is no JSON. */
export const bodyOf = (
  document: OpenApiDocument,
  { operation, method }: Operation,
): Result<{ readonly body?: Body; readonly warning?: string }, string> => {
  const found = resolved(document.root, operation.requestBody);
  if (!found.ok) return found;
  const content = contentOf(found.value);
  if (content.length === 0) return accept({});
  const required = isJsonObject(found.value) && found.value.required === true;
  const json = content.find(([type]) => isJsonType(type)) ?? content.find(([type]) => type === "*/*");
  const types = content.map(([type]) => type).join(", ");
  if (method === "get" || method === "head" || json === undefined) {
    const why =
      json === undefined ? `a body of ${types}, and bindings send JSON` : `a ${method.toUpperCase()} with a body`;
    return required ? refuse(`it takes ${why}`) : accept({ warning: `its body is left out: it takes ${why}` });
  }
  return accept({ body: { schema: schemaIn(json[1]), required, type: json[0] } });
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
