import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import { outcomeOfStatus } from "../../../shared/contracts/binding/http/outcome-of-status.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Answer, OutgoingRequest } from "../../../shared/ports/http.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import { passingOf, type Reply } from "../declared/means.ts";
import { timeoutMs } from "../time-limit.ts";
import { composed } from "./compose.ts";
import { bearerOf } from "./tokens.ts";
import type { ReadingWayOut } from "./way-out.ts";

/** One call of a tool on its way: what every request of it is made with. */
export type Asking = {
  readonly binding: HttpBinding;
  readonly out: ReadingWayOut;
  readonly call: ToolCall;
  readonly signal?: AbortSignal;
  /** Its requests change nothing where they go. */
  readonly only_looks?: true;
};

/** Makes a request with one family's secrets. The answer holds the text of none. */
export const ask = async (
  { binding, out, call, signal, only_looks }: Asking,
  request: HttpRequest,
  sources: Sources,
  secrets: Secrets,
): Promise<Reply> => {
  const limits = { timeout_ms: timeoutMs(call.contract), ...(signal === undefined ? {} : { signal }) };
  const made = await composed(request, sources, { out, secrets, hosts: binding.hosts, limits });
  if (!made.ok) {
    const { why, ...again } = made.refusal;
    return { ...notSent(out.known.maskedText(why)), ...again };
  }
  if (signal?.aborted === true) return notSent("stopped before anything was sent");
  const outgoing = only_looks === true ? { ...made.value, only_looks } : made.value;
  const answer = await out.client.send(traced(outgoing, call), limits);
  if (answer.kind === "answered" && answer.status === UNAUTHORIZED) out.tokens.refused(bearerOf(made.value.headers));
  return replyOf(
    binding,
    answer.kind === "answered"
      ? { ...answer, body: out.known.masked(answer.body) }
      : { ...answer, error: out.known.maskedText(answer.error) },
  );
};

/** The answer to a token that was revoked before its end. Nothing is sent again for that by itself. */
const UNAUTHORIZED = 401;

/** Its trace context goes along; where the contract sends one of its own, that stays. */
const traced = (request: OutgoingRequest, { traceparent }: ToolCall): OutgoingRequest =>
  traceparent === undefined ? request : { ...request, headers: { traceparent, ...request.headers } };

const notSent = (why: string): Reply => ({ kind: "unsent", error: `nothing was sent: ${why}` });

/** Longer words of a service are not read by anybody in a list. */
const WORDS_QUOTED = 300;

/** `answered 409: {"error":"taken"}`: what a service said, for who reads why a call failed. */
const answerInWords = ({ status, body }: Extract<Answer, { kind: "answered" }>): string => {
  const said = body === null ? "" : `: ${cutText(JSON.stringify(body), WORDS_QUOTED)}`;
  return `answered ${status}${said}`;
};

/** Statuses that say that something is not there. */
const ABSENT = [404, 410];

/** Statuses that say that who asks may not, or not now, whatever it is. */
const NOT_LOOKED_AT = [401, 403, 407, 429];

/** From here on a status says that the service itself failed: whatever it was asked, it did not answer that. */
const FAILED_ITSELF = 500;

const replyOf = (binding: HttpBinding, answer: Answer): Reply => {
  switch (answer.kind) {
    case "not_sent":
      return { ...notSent(answer.error), ...passingOf(answer) };
    case "unknown": {
      const late = answer.timed_out ? { timed_out: true as const } : {};
      return { kind: "unknown", error: `it was sent, and ${answer.error}`, ...late, ...passingOf(answer) };
    }
    case "answered": {
      const outcome = outcomeOfStatus(binding, answer.status);
      const { again_in_seconds: again, left_out, inexact } = answer;
      if (outcome === "committed") {
        return {
          kind: "done",
          body: answer.body,
          ...(left_out === undefined ? {} : { left_out }),
          ...(inexact === undefined ? {} : { inexact }),
        };
      }
      return {
        kind: outcome === "rejected" ? "without_effect" : "unknown",
        error: answerInWords(answer),
        ...(outcome !== "rejected" && answer.status < FAILED_ITSELF ? { answered: true as const } : {}),
        ...(ABSENT.includes(answer.status) ? { absent: true as const } : {}),
        ...(NOT_LOOKED_AT.includes(answer.status) ? { not_looked_at: true as const } : {}),
        ...(again === undefined ? {} : { again_in_seconds: again }),
        ...passingOf(answer),
      };
    }
  }
};
