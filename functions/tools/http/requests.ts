import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import type { Answer } from "../../../shared/ports/http.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { type PushBack, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { composed } from "./compose.ts";
import type { ReadingWayOut } from "./way-out.ts";

/** One call of a tool on its way: what every request of it is made with. */
export type Acting = {
  readonly binding: HttpBinding;
  readonly out: ReadingWayOut;
  readonly call: ToolCall;
  readonly signal?: AbortSignal;
};

/** Arguments are known from the beginning; the rest is added where it is known. */
export const sourcesOf = ({ arguments: args }: ToolCall, more: Sources = {}): Sources => ({
  $arg: (pointer) => valueAt(args, pointer),
  ...more,
});

/** Makes a request with one family's secrets. What comes back holds the text of none. */
export const ask = async (
  { binding, out, call, signal }: Acting,
  request: HttpRequest & { readonly idempotency_header?: string },
  sources: Sources,
  secrets: Secrets,
): Promise<Answer> => {
  const limits = { timeout_ms: call.contract.timeout_seconds * 1_000, ...(signal === undefined ? {} : { signal }) };
  const made = await composed(request, sources, { out, secrets, hosts: binding.hosts, limits });
  if (!made.ok) return { kind: "not_sent", error: out.known.maskedText(made.refusal) };
  if (signal?.aborted === true) return { kind: "not_sent", error: "stopped before anything was sent" };
  const answer = await out.client.send(made.value, limits);
  return answer.kind === "answered"
    ? { ...answer, body: out.known.masked(answer.body) }
    : { ...answer, error: out.known.maskedText(answer.error) };
};

/** Longer words of a service are not read by anybody in a list. */
const WORDS_QUOTED = 300;

/** `answered 409: {"error":"taken"}`: what a service said, for who reads why a call failed. */
export const answerInWords = (answer: Answer): string => {
  if (answer.kind === "not_sent") return `nothing was sent: ${answer.error}`;
  if (answer.kind === "unknown") return `it was sent, and ${answer.error}`;
  const said = answer.body === null ? "" : `: ${cutText(JSON.stringify(answer.body), WORDS_QUOTED)}`;
  return `answered ${answer.status}${said}`;
};

/** What the service asks for, as outcomes and failures say it. */
export const pushBackOf = (said: Answer | ToolFailure): PushBack => {
  const seconds = "again_in_seconds" in said ? said.again_in_seconds : undefined;
  return seconds === undefined ? {} : { again_in_seconds: seconds };
};

export const isSuccess = (answer: Answer): answer is Extract<Answer, { kind: "answered" }> =>
  answer.kind === "answered" && answer.status >= 200 && answer.status <= 299;

/** What a request without effect brings. @throws ToolFailure for anything but a success */
export const readBody = async (acting: Acting, request: HttpRequest, sources: Sources, what: string): Promise<Json> => {
  const answer = await ask(acting, request, sources, acting.out.read);
  if (isSuccess(answer)) return answer.body;
  throw new ToolFailure(`${what}: ${answerInWords(answer)}`, {
    timed_out: answer.kind === "unknown" && answer.timed_out,
    ...pushBackOf(answer),
  });
};
