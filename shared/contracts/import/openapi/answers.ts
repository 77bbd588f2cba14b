import { canonicalJson } from "../../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";
import { contentOf, isAnyType, jsonIn, schemaIn } from "./media-types.ts";

/**
 * One answer of success: JSON of a schema, another text or words about bytes, no body; `anything` where the document does
 * not say which; or why it cannot be read.
 */
type Answer =
  | { readonly kind: "json"; readonly schema: JsonObject }
  | { readonly kind: "text" | "none" | "anything" }
  | { readonly kind: "unread"; readonly why: string };

/** Answers that have no body, whatever a document says (RFC 9110, 15.3.5 and 15.3.6). */
const WITHOUT_BODY = ["204", "205"];

/** Types that no request asks for, and in which an answer may be read as JSON all the same: `text/json`. */
const mayBeJson = (type: string): boolean => isAnyType(type) || /json/i.test(type);

const answerOf = (document: OpenApiDocument, status: string, given: Json): Answer => {
  if (WITHOUT_BODY.includes(status)) return { kind: "none" };
  const response = resolved(document.root, given);
  if (!response.ok) return { kind: "unread", why: response.refusal };
  const content = contentOf(response.value);
  if (content.length === 0) return { kind: "none" };
  const json = jsonIn(content);
  if (json === undefined) return { kind: content.some(([type]) => mayBeJson(type)) ? "anything" : "text" };
  const schema = schemaIn(json[1]);
  return isJsonObject(schema) && Object.keys(schema).length > 0 ? { kind: "json", schema } : { kind: "anything" };
};

/**
 * The schemas of what an operation answers where it succeeds, each once: a value is by one of them. Empty where the
 * document does not say it of each of its answers, with a warning where it does of some.
 */
export const answersOf = (
  document: OpenApiDocument,
  { operation, method }: Operation,
): { readonly schemas: readonly JsonObject[]; readonly warnings: readonly string[] } => {
  const responses: JsonObject = isJsonObject(operation.responses) ? operation.responses : {};
  const answers = Object.entries(responses)
    .sort()
    .filter(([status]) => /^2(\d\d|XX)$/i.test(status))
    .map(([status, given]) => ({ status, answer: answerOf(document, status, given) }));
  const described = answers.flatMap(({ answer }) => (answer.kind === "json" ? [answer.schema] : []));
  // The answer to HEAD is that to GET without its body.
  if (method === "head") return { schemas: [], warnings: [] };
  const left_out = answers.flatMap(({ status, answer }) => {
    if (answer.kind === "unread") return [`its output_schema is left out: of its answer ${status}, ${answer.why}`];
    if (answer.kind !== "anything" || described.length === 0) return [];
    return [`its output_schema is left out: the document does not say what its answer ${status} holds`];
  });
  if (left_out.length > 0 || described.length === 0) return { schemas: [], warnings: left_out };
  const kinds = new Set(answers.map(({ answer }) => answer.kind));
  const others = [
    ...(kinds.has("text") ? ["string"] : []),
    ...(kinds.has("none") || kinds.has("text") ? ["null"] : []),
  ];
  const schemas = new Map(described.map((schema) => [canonicalJson(schema), schema]));
  return { schemas: [...schemas.values(), ...(others.length === 0 ? [] : [{ type: others }])], warnings: [] };
};
