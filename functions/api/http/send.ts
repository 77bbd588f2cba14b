import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AnswerHeaders } from "../../../shared/api-headers.ts";
import type { Problem } from "../schemas.ts";
import type { Answer } from "./endpoint.ts";
import { MAX_ANSWER_BYTES } from "./limits.ts";
import { type ProblemKind, problemOf } from "./problems.ts";

const asStatus = (status: number): ContentfulStatusCode => {
  switch (status) {
    case 400:
    case 401:
    case 403:
    case 404:
    case 405:
    case 409:
    case 413:
    case 415:
    case 416:
    case 422:
    case 429:
    case 503:
      return status;
    default:
      return 500;
  }
};

export const sendProblem = (c: Context, problem: Problem, headers: AnswerHeaders = {}): Response =>
  c.body(JSON.stringify(problem), asStatus(problem.status), {
    "content-type": "application/problem+json",
    ...said(problem),
    ...headers,
  });

const said = ({ status, retry_after_seconds }: Problem): AnswerHeaders => ({
  ...(status === 401 ? { "www-authenticate": 'Bearer realm="buddy"' } : {}),
  ...(retry_after_seconds === undefined ? {} : { "retry-after": String(retry_after_seconds) }),
});

export const refuseWith = (c: Context, kind: ProblemKind, detail: string, headers?: AnswerHeaders): Response =>
  sendProblem(c, problemOf(kind, detail), headers);

export const sendAnswer = (c: Context, answer: Answer): Response => {
  const bytes = Buffer.byteLength(answer.content);
  if (bytes > MAX_ANSWER_BYTES) {
    const detail = `the answer has ${bytes} bytes and at most ${MAX_ANSWER_BYTES} can be sent; ask for smaller pages`;
    const limit = { name: "answer", value: MAX_ANSWER_BYTES, unit: "bytes" };
    return sendProblem(c, problemOf("answer-too-large", detail, { limit }));
  }
  return c.body(answer.content, answer.status, { "content-type": answer.content_type, ...answer.headers });
};
