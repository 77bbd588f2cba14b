import { parseJsonAnswer, parseJsonBody } from "../../../shared/plan/parse-json-body.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { utf8Text } from "../../../shared/plan/utf8-text.ts";
import type { Problem } from "../schemas.ts";
import { giveOnce, timesGiven } from "./given-once.ts";
import { invalidInput, oneViolation, problemOf } from "./problems.ts";

export type ReadBody = { readonly text: string; readonly value: unknown };

const tooLarge = (limit: number): Problem =>
  problemOf("too-large", `the body has more than ${limit} bytes, which is the most that is taken here`, {
    limit: { name: "request_body", value: limit, unit: "bytes" },
  });

/** Reads no more than the limit, whatever `content-length` says or does not say. */
export const readBytes = async (request: Request, limit: number): Promise<Result<Uint8Array, Problem>> => {
  if (Number(request.headers.get("content-length") ?? 0) > limit) return refuse(tooLarge(limit));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) return refuse(tooLarge(limit));
    chunks.push(chunk);
  }
  return accept(Buffer.concat(chunks));
};

const isJson = (contentType: string | undefined): boolean =>
  contentType === undefined || /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);

const isIdentity = (coding: string): boolean => /^identity$/i.test(coding.trim());

/** The reason of a header that does not fit; `isWhole`: that it would, were it given once. */
const notFitting = (name: string, value: string, isWhole: (part: string) => boolean, otherwise: string): Problem => {
  const times = timesGiven(value, isWhole);
  return problemOf("unsupported-media-type", times > 1 ? `${name} ${giveOnce(times)}` : otherwise);
};

/** The body of a request that tells of something that is over: what its parts hold is for the use case to judge. */
export const readJsonAnswer = (request: Request, limit: number): Promise<Result<ReadBody, Problem>> =>
  readJsonBody(request, limit, parseJsonAnswer);

/** The JSON body of a request, as text and as value; refused by type, by coding, by size, or with line and column. */
export const readJsonBody = async (
  request: Request,
  limit: number,
  parse: typeof parseJsonBody = parseJsonBody,
): Promise<Result<ReadBody, Problem>> => {
  const contentType = request.headers.get("content-type") ?? undefined;
  if (!isJson(contentType)) {
    return refuse(notFitting("Content-Type", contentType ?? "", isJson, `send application/json, not ${contentType}`));
  }
  const coded = request.headers.get("content-encoding") ?? "identity";
  if (!isIdentity(coded)) {
    const otherwise = `send the body as it is, without Content-Encoding ${coded}`;
    return refuse(notFitting("Content-Encoding", coded, isIdentity, otherwise));
  }
  const bytes = await readBytes(request, limit);
  if (!bytes.ok) return bytes;
  const text = utf8Text(bytes.value);
  if (text === undefined) return refuse(oneViolation({ path: "", rule: "json", message: "is not UTF-8 text" }));
  const parsed = parse(text);
  return parsed.ok ? accept({ text, value: parsed.value }) : refuse(invalidInput(parsed.refusal));
};
